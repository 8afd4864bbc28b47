package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a driver fetches of large outputs in one job stays small beside them: it would fail here, where it may take half a
 * mebibyte from a job.
 */
@SparkTest(conf = "spark.driver.maxResultSize=512k")
class BoundedDriverTest {
    private static final int N = 32_768;
    private static final int WIDTH = 16;

    @TempDir
    private Path folder;

    private final NpyArray key = NpyArray.random(new Random(3), N, WIDTH);
    private final NpyArray value = NpyArray.random(new Random(4), N, WIDTH);

    private void run(String line) {
        StringWriter err = new StringWriter();
        String[] words = Stream.of(line.split(" "))
                .map(word -> word.endsWith(".npy") ? folder.resolve(word).toString() : word)
                .toArray(String[]::new);
        assertEquals(0, Foco.run(new PrintWriter(new StringWriter()), new PrintWriter(err), words), err.toString());
    }

    private float[] read(String name) throws IOException {
        return NpyArray.read(folder.resolve(name)).values();
    }

    @Test
    void presentKeysAndValuesComeInPieces(SparkSession spark) throws IOException {
        key.float32(folder.resolve("K.npy"));
        value.float32(folder.resolve("V.npy"));
        run("attend --query K.npy --key K.npy --value V.npy --window 0,0 --strategy stream --output O.npy"
                + " --present-key PK.npy --present-value PV.npy");
        assertArrayEquals(value.values(), read("O.npy"), "a query that sees its own key only has its value");
        assertArrayEquals(key.values(), read("PK.npy"));
        assertArrayEquals(value.values(), read("PV.npy"));
    }

    @Test
    void weightsComeInPieces(SparkSession spark) throws IOException {
        key.float32(folder.resolve("K.npy"));
        run("weights --query K.npy --key K.npy --scale 1 --stage scaled --queries 100-163 --output W.npy");
        NpyArray scores = NpyArray.read(folder.resolve("W.npy"));
        assertArrayEquals(new int[] {1, 1, 64, N}, scores.shape());
        for (int i = 0; i < scores.values().length; i++) {
            double product = 0;
            for (int e = 0; e < WIDTH; e++) {
                product += (double) key.values()[(100 + i / N) * WIDTH + e] * key.values()[i % N * WIDTH + e];
            }
            assertEquals(product, scores.values()[i], 1e-6 * (1 + Math.abs(product)));
        }
    }

    @Test
    @Tag("slow")
    void manyChosenQueriesComeInPieces(SparkSession spark) throws IOException {
        key.float32(folder.resolve("K.npy"));
        run("weights --query K.npy --key K.npy --window 0,0 --queries 0-19999 --keys 7-7 --output W.npy");
        float[] expected = new float[20_000];
        expected[7] = 1;
        assertArrayEquals(expected, read("W.npy"), 1e-7f);
    }
}
