package foco.jobs.report;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Bytes as the text of a script, since a page opened from a disk can load scripts and nothing else: {@code
 * foco.chunk("name", `...`);}. The bytes are compressed (zlib, RFC 1950) and cut into groups of seven bits, the first bits of
 * a byte first; each group is a character of ASCII, and the three that a template of JavaScript cannot hold are escaped, and a
 * brace after a dollar. That takes 1.17 bytes a byte, and base64 takes 1.33. The text means the same in every character set
 * that a server may claim.
 */
public final class ChunkText {
    private static final int GROUP = 7;
    private static final int MASK = 0x7f;

    private ChunkText() {}

    /**
     * The script that hands bytes to the page.
     *
     * @param name what the page asks for; letters, digits, {@code -} and {@code .}
     */
    public static byte[] script(String name, byte[] bytes) {
        byte[] compressed = deflate(bytes, Deflater.BEST_COMPRESSION);
        ByteArrayOutputStream out = new ByteArrayOutputStream(compressed.length * 6 / 5 + name.length() + 32);
        out.writeBytes(("foco.chunk(\"" + name + "\",`").getBytes(StandardCharsets.US_ASCII));
        int held = 0;
        int bits = 0;
        int before = 0;
        for (byte value : compressed) {
            held = held << Byte.SIZE | value & 0xff;
            bits += Byte.SIZE;
            while (bits >= GROUP) {
                bits -= GROUP;
                before = put(out, held >>> bits & MASK, before);
            }
        }
        if (bits > 0) {
            put(out, held << GROUP - bits & MASK, before);
        }
        out.writeBytes("`);\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    /** @param before the character before, since a dollar and a brace would begin an expression */
    private static int put(ByteArrayOutputStream out, int character, int before) {
        if (character == '`' || character == '\\' || character == '\r' || character == '{' && before == '$') {
            out.write('\\');
        }
        out.write(character == '\r' ? 'r' : character);
        return character;
    }

    /**
     * The bytes of a script that {@link #script} made, as the page reads them.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static byte[] bytes(byte[] script) {
        String text = new String(script, StandardCharsets.ISO_8859_1);
        int from = text.indexOf(",`") + 2;
        int to = text.lastIndexOf("`);");
        if (from < 2 || to < from) {
            throw new IllegalArgumentException("no script of foco.chunk(name, text): it begins with "
                    + text.substring(0, Math.min(text.length(), 40)));
        }
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        int held = 0;
        int bits = 0;
        for (int i = from; i < to; i++) {
            char character = text.charAt(i);
            if (character == '\\') {
                i++;
                character = text.charAt(i) == 'r' ? '\r' : text.charAt(i);
            }
            held = held << GROUP | character;
            bits += GROUP;
            if (bits >= Byte.SIZE) {
                bits -= Byte.SIZE;
                compressed.write(held >>> bits);
            }
        }
        return inflate(compressed.toByteArray());
    }

    /** About how much room bytes take in a script, in bytes; quick to tell. */
    static int size(byte[] bytes) {
        return deflate(bytes, Deflater.BEST_SPEED).length;
    }

    private static byte[] deflate(byte[] bytes, int level) {
        Deflater deflater = new Deflater(level);
        // Most are numbers in planes, with few long runs that come again: that gains 1 to 3% for links, and loses 0.3%
        // for values.
        deflater.setStrategy(Deflater.FILTERED);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2 + 64);
            byte[] buffer = new byte[1 << 14];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static byte[] inflate(byte[] compressed) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 14];
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0 && !inflater.finished()) {
                    throw new IllegalArgumentException("a chunk ends early, after " + out.size() + " bytes");
                }
                out.write(buffer, 0, count);
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("a chunk is not compressed as zlib: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }
}
