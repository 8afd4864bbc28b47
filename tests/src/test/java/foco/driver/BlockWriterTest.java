package foco.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.driver.block.TokenBlock;
import foco.driver.file.ArrayTarget;
import foco.driver.file.ArrayWriter;
import foco.driver.file.BlockWriter;
import foco.driver.file.HeadLayout;
import foco.driver.file.HeadLayout.Form;
import foco.driver.storage.PendingOutputs;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays whose rows lie on the executors of a cluster. */
@SparkTest(master = "standalone[2,1,1024]", conf = "spark.foco.partitions=8")
class BlockWriterTest {

    private static final Configuration HADOOP = new Configuration();
    private static final HeadLayout LAYOUT = new HeadLayout(Form.HEADS, 1, 500, 3, 4);
    private static final int ROWS = 60;
    private static final int PARTITIONS = 4;

    @TempDir
    private Path folder;

    private final float[] vectors = numbers((int) LAYOUT.elements());
    private final float[] sums = numbers((int) LAYOUT.tokens() * LAYOUT.heads());

    private static float[] numbers(int count) {
        Random random = new Random(count);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextFloat();
        }
        return numbers;
    }

    /** The tokens' vectors and sums, of which the arrays have those of a head together. */
    private JavaRDD<TokenBlock> blocks(SparkSession spark) {
        List<TokenBlock> blocks = new ArrayList<>();
        for (int first = 0; first < LAYOUT.tokens(); first += ROWS) {
            int rows = (int) Math.min(ROWS, LAYOUT.tokens() - first);
            blocks.add(
                    new TokenBlock("0", first, rows, columns(vectors, 4, first, rows), columns(sums, 1, first, rows)));
        }
        return JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(blocks, PARTITIONS);
    }

    private static float[] columns(float[] array, int width, int first, int rows) {
        float[] values = new float[rows * LAYOUT.heads() * width];
        for (int i = 0; i < values.length; i++) {
            int row = i / (LAYOUT.heads() * width);
            int head = i / width % LAYOUT.heads();
            values[i] = array[(int) (head * LAYOUT.tokens() + first + row) * width + i % width];
        }
        return values;
    }

    /** Writes both arrays; returns the partitions that came to the driver. */
    private int write(SparkSession spark, Path vectorFile, Path sumFile) throws IOException {
        try (PendingOutputs pending = new PendingOutputs(HADOOP)) {
            ArrayWriter first =
                    ArrayTarget.of(vectorFile.toString(), "o", HADOOP).vectors(pending, LAYOUT);
            ArrayWriter second = ArrayTarget.of(sumFile.toString(), "l", HADOOP).scalars(pending, LAYOUT);
            int gathered = new BlockWriter(List.of(first, second)).write(blocks(spark));
            pending.commit();
            return gathered;
        }
    }

    private static void assertHolds(float[] expected, Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.capacity() - Float.BYTES * expected.length);
        float[] written = new float[expected.length];
        bytes.asFloatBuffer().get(written);
        assertArrayEquals(expected, written);
    }

    @Test
    void tasksWriteToFilesThatTheySee(SparkSession spark) throws IOException {
        Path vectorFile = folder.resolve("o.npy");
        Path sumFile = folder.resolve("l.npy");
        assertEquals(0, write(spark, vectorFile, sumFile));
        assertHolds(vectors, vectorFile);
        assertHolds(sums, sumFile);
    }

    /** This process's own folder is another one for an executor, as a disk of the driver's machine alone would be. */
    @Test
    void blocksComeToTheDriverIfTasksDoNotSeeAFile(SparkSession spark) throws IOException {
        Path own =
                Path.of("/proc/self/cwd").resolve(Path.of("").toAbsolutePath().relativize(hereFolder()));
        Path vectorFile = folder.resolve("o.npy");
        Path sumFile = own.resolve("l.npy");
        try {
            assertEquals(PARTITIONS, write(spark, vectorFile, sumFile));
            assertHolds(vectors, vectorFile);
            assertHolds(sums, sumFile);
        } finally {
            Files.deleteIfExists(sumFile);
            Files.delete(hereFolder());
        }
    }

    private Path hereFolder() throws IOException {
        Path here = Path.of("target", "seen-by-the-driver-alone").toAbsolutePath();
        return Files.createDirectories(here);
    }
}
