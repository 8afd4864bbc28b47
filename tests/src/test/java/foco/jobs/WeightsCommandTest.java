package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code foco weights} is asked to choose of a batch. */
@SparkTest
class WeightsCommandTest {
    private static final int BATCH = 2;
    private static final int HEADS = 2;
    private static final int N = 10;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        NpyArray.random(new Random(1), BATCH, HEADS, N, 4).float32(folder.resolve("Q.npy"));
        NpyArray.random(new Random(2), BATCH, HEADS, N, 4).float32(folder.resolve("K.npy"));
    }

    private String weights(int code, String options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = Stream.of(("weights --query Q.npy --key K.npy --output W.npy " + options).split(" "))
                .map(word -> word.endsWith(".npy") ? folder.resolve(word).toString() : word)
                .toArray(String[]::new);
        assertEquals(code, Foco.run(new PrintWriter(out), new PrintWriter(err), words), err.toString());
        return err.toString().strip().replace(folder + "/", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2|--in-sequences 0,0|--in-sequences 0,0 names a sequence twice; name each once (see foco weights --help)",
                "2|--in-heads 1,0-1|--in-heads 1,0-1 names a head twice; name each once (see foco weights --help)",
                "2|--in-heads 3000000000|--in-heads 3000000000 is beyond all heads; they are counted from 0 (see foco"
                        + " weights --help)",
                "2|--in-heads 0-99999|--in-heads 0-99999 are more than 65,536, the most that are read at a time (see foco"
                        + " weights --help)",
                "2|--queries 0-9999999,0-9999999|--queries 0-9999999,0-9999999 are more than 16,777,216, the most that are"
                        + " read at a time (see foco weights --help)",
                "2|--queries 3-|--queries must be numbers and ranges such as 5,10-19, and is 3- (see foco weights --help)",
                "2|--keys 0,2|--keys must be one range such as 0-99, and is 0,2 (see foco weights --help)",
                "2|--keys 5-2|--keys 5-2 ends before it begins (see foco weights --help)",
                "1|--in-sequences 2|There is no sequence 2.",
                "1|--keys 10-12|Sequence 0 has keys 0 to 9, and those from 10 to 12 were asked for.",
                "1|--queries 10|Sequence 0 has queries at positions 0 to 9, and none at 10.",
                "1|--in-heads 2|There are heads 0 to 1, and no 2.",
            })
    void aChoiceOfWhatIsNotThereIsOneLine(int code, String options, String line) {
        assertEquals("foco: " + line, weights(code, options));
        assertTrue(Files.notExists(folder.resolve("W.npy")));
    }

    @Test
    void sequencesHeadsAndQueriesComeInTheOrderChosenAndQueriesMayRepeat() throws IOException {
        weights(0, "");
        NpyArray all = NpyArray.read(folder.resolve("W.npy"));
        assertArrayEquals(new int[] {BATCH, HEADS, N, N}, all.shape());
        weights(0, "--in-sequences 1,0 --in-heads 1,0 --queries 7,3,7 --keys 2-4");
        NpyArray some = NpyArray.read(folder.resolve("W.npy"));
        assertArrayEquals(new int[] {BATCH, HEADS, 3, 3}, some.shape());
        int[] queries = {7, 3, 7};
        for (int row = 0; row < BATCH * HEADS * 3; row++) {
            int head = row / 3;
            int from = ((BATCH * HEADS - 1 - head) * N + queries[row % 3]) * N + 2;
            assertArrayEquals(
                    Arrays.copyOfRange(all.values(), from, from + 3),
                    Arrays.copyOfRange(some.values(), row * 3, row * 3 + 3));
        }
    }
}
