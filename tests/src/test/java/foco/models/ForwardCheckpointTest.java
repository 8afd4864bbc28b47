package foco.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.TokenBlock;
import foco.driver.checkpoint.CheckpointException;
import foco.driver.model.ForwardPass;
import foco.driver.model.PretrainedModel;
import foco.driver.settings.FocoConf;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pass that is ended goes on where it was, to the same bits. */
@SparkTest
class ForwardCheckpointTest {

    private static final int LAYERS = 6;

    private static PretrainedModel model;
    private static List<TokenSequence> sequences;
    private static float[] expected;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open(SparkSession spark) throws IOException {
        model = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
        sequences = Encoded.sequences(model, PositionMode.REFUSE, List.of("The bank was dirty. ".repeat(40)));
        expected = Encoded.last(spark.sparkContext(), model, sequences, Map.of())[0];
    }

    @AfterAll
    static void letGo() {
        model = null;
    }

    /** What ends a pass. */
    private static final class Ended extends RuntimeException {}

    @Test
    void whatIsDoneIsNotDoneAgainAndTheBitsAreTheSame(SparkSession spark) throws IOException {
        String checkpoint = folder.resolve("ck").toString();
        List<Integer> told = new ArrayList<>();
        assertThrows(Ended.class, () -> pass(spark.sparkContext(), sequences)
                .withCheckpoint(checkpoint)
                .run(Set.of(0, 2, 4), Set.of(), (layer, hidden) -> {
                    told.add(layer);
                    if (layer == 4) {
                        throw new Ended();
                    }
                }));
        assertEquals(List.of(0, 2, 4), told);
        try (Stream<Path> files = Files.list(folder.resolve("ck"))) {
            assertTrue(files.anyMatch(file -> file.endsWith("states-0004")));
        }
        assertFalse(Files.exists(folder.resolve("ck/attention-0002")), "of a layer that is done");
        List<Integer> toldAgain = new ArrayList<>();
        float[] actual = new float[expected.length];
        PretrainedModel upper = SomeLayers.of(model, 4, LAYERS);
        ForwardPass again = pass(spark.sparkContext(), upper, sequences).withCheckpoint(checkpoint);
        again.run(Set.of(0, 2, LAYERS), Set.of(), (layer, hidden) -> {
            toldAgain.add(layer);
            if (layer == LAYERS) {
                for (TokenBlock block : hidden.blocks().collect()) {
                    System.arraycopy(
                            block.columns()[0],
                            0,
                            actual,
                            (int) block.firstPosition() * 384,
                            block.columns()[0].length);
                }
            }
        });
        assertEquals(List.of(0, 2, LAYERS), toldAgain);
        assertArrayEquals(expected, actual);
        again.deleteCheckpoint();
        assertFalse(Files.exists(folder.resolve("ck")));
    }

    @Test
    void aDamagedOrForeignCheckpointIsRefusedByName(SparkSession spark) throws IOException {
        String checkpoint = folder.resolve("other").toString();
        SparkContext context = spark.sparkContext();
        assertThrows(
                Ended.class,
                () -> pass(context, sequences).withCheckpoint(checkpoint).run(Set.of(1), Set.of(), (layer, hidden) -> {
                    throw new Ended();
                }));
        List<TokenSequence> others = Encoded.sequences(model, PositionMode.REFUSE, List.of("Another text."));
        String foreign = assertThrows(CheckpointException.class, () -> pass(context, others)
                        .withCheckpoint(checkpoint)
                        .run(Set.of(LAYERS), Set.of(), (layer, hidden) -> {}))
                .getMessage();
        assertTrue(foreign.contains("is of another tokens"), foreign);
        try (Stream<Path> files = Files.list(folder.resolve("other/states-0001"))) {
            Path part = files.filter(file -> file.toString().endsWith(".foco"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(part);
            bytes[bytes.length / 2] ^= 1;
            Files.write(part, bytes);
        }
        Exception damaged = assertThrows(Exception.class, () -> pass(context, sequences)
                .withCheckpoint(checkpoint)
                .run(Set.of(LAYERS), Set.of(), (layer, hidden) -> {}));
        assertTrue(damaged.toString().contains("does not match its checksum"), damaged.toString());
        Path stranger = Files.createDirectory(folder.resolve("stranger"));
        Files.writeString(stranger.resolve("letter.txt"), "x");
        String held = assertThrows(CheckpointException.class, () -> pass(context, sequences)
                        .withCheckpoint(stranger.toString())
                        .run(Set.of(LAYERS), Set.of(), (layer, hidden) -> {}))
                .getMessage();
        assertTrue(held.contains("is no checkpoint of a model"), held);
    }

    private static ForwardPass pass(SparkContext spark, List<TokenSequence> texts) {
        return pass(spark, model, texts);
    }

    private static ForwardPass pass(SparkContext spark, PretrainedModel of, List<TokenSequence> texts) {
        return new ForwardPass(spark, FocoConf.of(spark, Map.of()), of, texts);
    }
}
