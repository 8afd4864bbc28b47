package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.checkpoint.Checkpoint;
import foco.driver.checkpoint.CheckpointException;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import javax.tools.ToolProvider;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
class CheckpointTest {

    private static final AttentionSpec SPEC =
            AttentionSpec.of(4, 16).withKeyValueHeads(2).withValueWidth(24).withMask(Mask.causal());
    /** 2 query blocks of sequence x and 1 of y, in 4 heads. */
    private static final int ITEMS = 12;

    private final Random random = new Random(40);
    private final Tokens tokens = new Tokens(SPEC).add("x", 1000, 1000, random).add("y", 50, 50, random);

    @TempDir
    private Path folder;

    /** The settings of one test are not another's. */
    private SparkSession spark;

    @BeforeEach
    void openSession(SparkSession shared) {
        spark = shared.newSession();
    }

    private AttentionResult attend(AttentionSpec spec, Dataset<Row> table) {
        return Attention.of(spec).withCheckpoint(checkpoint().toString()).attend(table);
    }

    private Path checkpoint() {
        return folder.resolve("a checkpoint");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(checkpoint().resolve("items"))) {
            return files.sorted().toList();
        }
    }

    private void refused(String expected, AttentionSpec spec, Dataset<Row> table) {
        CheckpointException refused = assertThrows(
                CheckpointException.class, () -> attend(spec, table).close());
        assertTrue(refused.getMessage().contains(expected), refused.getMessage());
        assertTrue(refused.getMessage().contains(checkpoint().toString()), refused.getMessage());
    }

    @Test
    void whatIsMissingIsComputedAndTheBitsAreTheSame() throws IOException {
        int bits;
        try (AttentionResult plain = Attention.of(SPEC).attend(tokens.table(spark))) {
            bits = Tokens.bits(plain);
        }
        spark.conf().set("spark.foco.partitions", "7");
        try (AttentionResult first = attend(SPEC, tokens.table(spark))) {
            assertEquals(bits, Tokens.bits(first));
            assertTrue(tokens.errors(first).output() < 1e-6);
            assertEquals(List.of(ITEMS, 0), counts(first));
        }
        assertEquals(7, files().size(), "a file for each task");

        Files.delete(files().get(2));
        Files.delete(files().get(4));
        Files.write(checkpoint().resolve("items/.%s.tmp".formatted(UUID.randomUUID())), new byte[100]);
        spark.conf().set("spark.foco.partitions", "2");
        spark.conf().set("spark.foco.strategy", "stream");
        // The rows in another order and other partitions are the same input.
        Dataset<Row> reordered =
                tokens.table(spark).orderBy("sequence", "position").repartition(3);
        int found;
        try (AttentionResult second = attend(SPEC, reordered)) {
            assertEquals(bits, Tokens.bits(second));
            found = second.summary().found();
            assertTrue(found > 0 && found < ITEMS, second.summary()::toString);
            assertFalse(files().stream().anyMatch(file -> file.toString().endsWith(".tmp")));
        }
        try (AttentionResult third = attend(SPEC, tokens.table(spark))) {
            assertEquals(bits, Tokens.bits(third));
            assertEquals(List.of(ITEMS, ITEMS), counts(third));
            assertEquals(0, third.summary().tasks());
            third.deleteCheckpoint();
        }
        assertFalse(Files.exists(checkpoint()));
    }

    private static List<Integer> counts(AttentionResult result) {
        return List.of(result.summary().items(), result.summary().found());
    }

    @Test
    void keysAndValuesInRoundsAreCommittedRoundByRound() throws IOException {
        spark.conf().set("spark.foco.broadcast.bytes", "1");
        try (AttentionResult first = attend(SPEC, tokens.table(spark))) {
            assertTrue(tokens.errors(first).output() < 1e-6);
        }
        for (Path file : files()) {
            if (!file.getFileName().toString().startsWith("1-")) {
                Files.delete(file);
            }
        }
        try (AttentionResult second = attend(SPEC, tokens.table(spark))) {
            assertTrue(second.summary().found() > 0, second.summary()::toString);
            assertTrue(tokens.errors(second).output() < 1e-6);
        }
    }

    /** The mask of a program, compiled and loaded anew as by another run of it. */
    private Mask programsMask(String expression) throws Exception {
        Path own = Files.createTempDirectory(folder, "run");
        Path source = Files.writeString(
                own.resolve("Program.java"),
                "public class Program { public static foco.kernels.mask.Mask mask() { return %s; } }"
                        .formatted(expression));
        assertEquals(
                0,
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-cp", System.getProperty("java.class.path"), source.toString()));
        URLClassLoader loader =
                new URLClassLoader(new URL[] {own.toUri().toURL()}, getClass().getClassLoader());
        return (Mask) loader.loadClass("Program").getMethod("mask").invoke(null);
    }

    @Test
    void aLambdaAsMaskCanBeResumedByAnotherRunOfTheSameProgramOnly() throws Exception {
        attend(SPEC.withMask(programsMask("(head, query, key) -> key % 2 == 1")), tokens.table(spark))
                .close();
        Files.delete(files().get(0));
        AttentionSpec odd = SPEC.withMask(programsMask("(head, query, key) -> key % 2 == 1"));
        int bits;
        try (AttentionResult plain = Attention.of(odd).attend(tokens.table(spark))) {
            bits = Tokens.bits(plain);
        }
        try (AttentionResult again = attend(odd, tokens.table(spark))) {
            int found = again.summary().found();
            assertTrue(found > 0 && found < ITEMS, again.summary()::toString);
            assertEquals(bits, Tokens.bits(again));
        }
        refused(
                "was made when the code of its mask, score modifier or statistic was another (Program)",
                SPEC.withMask(programsMask("(head, query, key) -> key % 3 == 1")),
                tokens.table(spark));
    }

    @Test
    void aCheckpointOfOtherArithmeticIsRefused() throws IOException {
        attend(SPEC, tokens.table(spark)).close();
        String right = Files.readString(manifest());
        writeManifest(right.replace("kernel: vector", "kernel: portable"));
        refused("was computed with the portable kernel, and this JVM has the vector one", SPEC, tokens.table(spark));
        writeManifest(right.replaceFirst("rounding: ....", "rounding: abcd"));
        refused("was written by a version of Foco that rounds differently", SPEC, tokens.table(spark));
        writeManifest(right);
        try (AttentionResult again = attend(SPEC, tokens.table(spark))) {
            assertEquals(ITEMS, again.summary().found());
        }
    }

    private Path manifest() {
        return checkpoint().resolve("manifest.txt");
    }

    /** As another Foco would have written it. */
    private void writeManifest(String text) throws IOException {
        String lines = text.substring(0, text.lastIndexOf("crc32c: "));
        CRC32C crc = new CRC32C();
        crc.update(lines.getBytes(StandardCharsets.UTF_8));
        Files.writeString(manifest(), lines + "crc32c: %08x\n".formatted(crc.getValue()));
    }

    @Test
    void aCheckpointOfAnotherComputationIsRefusedAndLeftAsItIs() throws IOException {
        attend(SPEC, tokens.table(spark)).close();
        byte[] before = Files.readAllBytes(files().get(0));
        refused("is of other attention", SPEC.withScale(0.5), tokens.table(spark));
        refused("is of other attention", SPEC.withMask(Mask.causal(1)), tokens.table(spark));
        Tokens.Sequence y = tokens.sequences().get(1);
        y.v()[3] = Math.nextUp(y.v()[3]);
        refused("is of other input", SPEC, tokens.table(spark));
        y.v()[3] = Math.nextDown(y.v()[3]);
        spark.conf().set("spark.foco.block.rows", "256");
        refused("spark.foco.block.rows 768, and that is 256 now", SPEC, tokens.table(spark));
        spark.conf().unset("spark.foco.block.rows");
        spark.conf().set("spark.foco.kv.type", "bf16");
        refused("spark.foco.kv.type float32, and that is bf16 now", SPEC, tokens.table(spark));
        spark.conf().unset("spark.foco.kv.type");
        spark.conf().set("spark.foco.strategy", "split-keys");
        refused("spark.foco.strategy broadcast or stream, and that is split-keys now", SPEC, tokens.table(spark));
        spark.conf().unset("spark.foco.strategy");
        assertEquals(0, Arrays.compare(before, Files.readAllBytes(files().get(0))));
        try (AttentionResult again = attend(SPEC, tokens.table(spark))) {
            assertEquals(ITEMS, again.summary().found());
        }
    }

    @Test
    void aDamagedFileIsNamedAndWhatItHeldIsComputedOnceItIsGone() throws IOException {
        attend(SPEC, tokens.table(spark)).close();
        for (Path file : List.of(files().get(0), files().get(files().size() - 1))) {
            byte[] whole = Files.readAllBytes(file);
            byte[] flipped = whole.clone();
            flipped[random.nextInt(whole.length)] ^= 4;
            Files.write(file, flipped);
            refused(file.getFileName().toString(), SPEC, tokens.table(spark));
            Files.write(file, Arrays.copyOf(whole, random.nextInt(whole.length)));
            refused(file.getFileName().toString(), SPEC, tokens.table(spark));
            Files.write(file, whole);
        }
        Files.delete(files().get(0));
        Files.delete(files().get(files().size() - 1));
        try (AttentionResult again = attend(SPEC, tokens.table(spark))) {
            assertTrue(tokens.errors(again).output() < 1e-6);
        }
    }

    @Test
    void aManifestInWhichAnyByteHasChangedIsRefusedBeforeTheInputIsRead() throws IOException {
        attend(SPEC, tokens.table(spark)).close();
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        Path manifest = manifest();
        byte[] whole = Files.readAllBytes(manifest);
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= (byte) (1 << random.nextInt(8));
            Files.write(manifest, flipped);
            assertThrows(
                    CheckpointException.class,
                    () -> Checkpoint.check(checkpoint().toString(), hadoop),
                    "byte " + i);
        }
        Files.write(manifest, Arrays.copyOf(whole, whole.length / 2));
        refused("damaged", SPEC, tokens.table(spark));
    }

    @Test
    void aFolderThatHoldsSomethingElseIsRefused() throws IOException {
        Files.createDirectories(checkpoint());
        Files.writeString(checkpoint().resolve("letter.txt"), "Dear");
        refused("no checkpoint", SPEC, tokens.table(spark));
        assertEquals("Dear", Files.readString(checkpoint().resolve("letter.txt")));
    }

    @Test
    void twoComputationsDoNotShareAFolder() throws IOException {
        Dataset<Row> table = tokens.table(spark);
        try (AttentionResult first = attend(SPEC, table)) {
            refused("is in use by a result of this program; close that result first", SPEC, table);
            int bits = Tokens.bits(first);
            first.deleteCheckpoint();
            assertFalse(Files.exists(checkpoint()));
            try (AttentionResult next = attend(SPEC, table)) {
                assertEquals(List.of(ITEMS, 0), counts(next));
                assertEquals(bits, Tokens.bits(next));
            }
        }
        // A computation that fails lets the folder go, too.
        refused("is of other attention", SPEC.withScale(0.5), table);
        try (AttentionResult again = attend(SPEC, table)) {
            assertEquals(List.of(ITEMS, ITEMS), counts(again));
        }
    }

    @Test
    void whatAnotherComputationLeftBehindStandsInNobodysWay() throws IOException {
        attend(SPEC.withScale(0.5), tokens.table(spark)).close();
        Path left = files().get(0);
        byte[] content = Files.readAllBytes(left);
        // Without a manifest, as where one computation has removed the folder under another.
        Files.delete(checkpoint().resolve("manifest.txt"));
        try (AttentionResult result = attend(SPEC, tokens.table(spark))) {
            assertEquals(List.of(ITEMS, 0), counts(result));
            assertTrue(tokens.errors(result).output() < 1e-6);
        }
        // Beside one's own, as where an executor outlives its application.
        Files.delete(left);
        Files.write(left, content);
        try (AttentionResult result = attend(SPEC, tokens.table(spark))) {
            assertTrue(result.summary().found() < ITEMS, result.summary()::toString);
            assertTrue(tokens.errors(result).output() < 1e-6);
        }
    }

    @Test
    void whatIsNotFocosStaysWhereItIs() throws IOException {
        Path note = checkpoint().resolve("items/note.txt");
        Files.createDirectories(note.getParent());
        Files.writeString(note, "mine");
        refused("holds something that is no checkpoint (items/note.txt)", SPEC, tokens.table(spark));
        Files.delete(note);
        try (AttentionResult result = attend(SPEC, tokens.table(spark))) {
            Files.writeString(note, "mine");
            result.deleteCheckpoint();
        }
        assertEquals(List.of(note), files());
        assertEquals("mine", Files.readString(note));
    }
}
