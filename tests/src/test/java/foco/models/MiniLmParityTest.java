package foco.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.driver.model.PretrainedModel;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.testing.SparkTest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Texts through all layers of MiniLM, against the same model run by ONNX Runtime. */
@SparkTest
class MiniLmParityTest {

    /** Both sides compute in float32 and add in unlike orders, over six layers; relative to the largest number. */
    static final double TOLERANCE = 1e-5;

    private static PretrainedModel model;
    private static List<String> texts;

    @BeforeAll
    static void open() throws Exception {
        model = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
        String essay = Essay.text().replaceAll("\\s+", " ");
        texts = Stream.concat(
                        Stream.of("a", "The bank was dirty, so I went to the bank.", "O banco da praça estava sujo."),
                        Stream.of(100, 700, 1500).map(length -> essay.substring(length, 2 * length)))
                .toList();
    }

    @AfterAll
    static void letGo() {
        model = null;
    }

    @Test
    void lastHiddenStatesAreThoseOfOnnxRuntime(SparkSession spark) throws Exception {
        List<TokenSequence> sequences = Encoded.sequences(model, PositionMode.REFUSE, texts);
        assertEquals(3, sequences.get(0).length());
        float[][] all = Encoded.last(spark.sparkContext(), model, sequences, Map.of());
        try (OnnxRuntimeEncoder runtime = new OnnxRuntimeEncoder("all-minilm-l6-v2.onnx")) {
            for (int s = 0; s < all.length; s++) {
                float[] expected = runtime.encode(sequences.get(s).ids());
                Encoded.assertClose(TOLERANCE, "text %d".formatted(s), expected, all[s]);
                float[] alone = Encoded.last(spark.sparkContext(), model, List.of(sequences.get(s)), Map.of())[0];
                assertArrayEquals(all[s], alone, "text %d alone".formatted(s));
            }
        }
    }

    @Test
    @Tag("slow")
    void theBitsAreTheSameByEveryStrategyAndInAnyNumberOfTasks(SparkSession spark) throws Exception {
        SparkContext context = spark.sparkContext();
        String essay = Essay.text();
        List<TokenSequence> sequences = Encoded.sequences(model, PositionMode.PARAGRAPHS, List.of(essay, texts.get(4)));
        float[][] expected = Encoded.last(context, model, sequences, Map.of("spark.foco.strategy", "broadcast"));
        for (String strategy : List.of("stream", "by-sequence")) {
            for (String tasks : List.of("1", "7")) {
                Map<String, String> settings = Map.of("spark.foco.strategy", strategy, "spark.foco.partitions", tasks);
                float[][] actual = Encoded.last(context, model, sequences, settings);
                for (int s = 0; s < expected.length; s++) {
                    assertEquals(
                            Arrays.hashCode(expected[s]),
                            Arrays.hashCode(actual[s]),
                            "sequence %d by %s in %s tasks".formatted(s, strategy, tasks));
                }
            }
        }
    }

    @Test
    void shortTextsTakenThroughAllLayersTogetherHaveTheBitsOfLayerByLayer(SparkSession spark) throws Exception {
        SparkContext context = spark.sparkContext();
        List<TokenSequence> sequences = Encoded.sequences(model, PositionMode.REFUSE, texts);
        Set<Integer> layers = Set.of(0, 3, 6);
        Map<Integer, float[][]> together =
                Encoded.states(context, model, sequences, Map.of("spark.foco.strategy", "by-sequence"), layers);
        Map<Integer, float[][]> layered =
                Encoded.states(context, model, sequences, Map.of("spark.foco.strategy", "broadcast"), layers);
        assertEquals(layered.keySet(), together.keySet());
        for (int layer : layers) {
            for (int s = 0; s < sequences.size(); s++) {
                assertArrayEquals(
                        layered.get(layer)[s], together.get(layer)[s], "layer %d, text %d".formatted(layer, s));
            }
        }
    }
}
