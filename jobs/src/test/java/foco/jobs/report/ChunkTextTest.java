package foco.jobs.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes as the text of a script, and back. */
class ChunkTextTest {

    @Test
    void bytesOfEveryLengthComeBack() {
        Random random = new Random(3);
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            assertArrayEquals(bytes, ChunkText.bytes(ChunkText.script("a", bytes)));
        }
    }

    @Test
    void aScriptIsAsciiInOneTemplateAndSmallerThanBase64() {
        byte[] bytes = new byte[100_000];
        new Random(4).nextBytes(bytes);
        byte[] script = ChunkText.script("keys-1-0", bytes);
        boolean escaped = false;
        int ends = 0;
        for (byte each : script) {
            assertTrue(each >= 0, "a byte beyond ASCII");
            assertTrue(each != '\r', "a browser makes a line feed of it");
            ends += each == '`' && !escaped ? 1 : 0;
            escaped = each == '\\' && !escaped;
        }
        assertTrue(ends == 2, "the template ends where it should");
        assertFalse(new String(script, StandardCharsets.US_ASCII).contains("${"), "an expression");
        assertTrue(script.length < bytes.length * 1.18, script.length + " bytes");
    }

    @Test
    void whatIsNoChunkIsRefused() {
        byte[] script = ChunkText.script("a", new byte[1000]);
        byte[] cut = new String(script, StandardCharsets.ISO_8859_1)
                .replaceFirst("..`\\);", "`);")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThrows(IllegalArgumentException.class, () -> ChunkText.bytes(cut));
        assertThrows(
                IllegalArgumentException.class, () -> ChunkText.bytes("alert(1)".getBytes(StandardCharsets.UTF_8)));
    }
}
