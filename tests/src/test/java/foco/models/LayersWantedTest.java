package foco.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.driver.AttentionResult;
import foco.driver.block.TokenBlocks;
import foco.driver.model.ForwardPass;
import foco.driver.model.ForwardSummary;
import foco.driver.model.PretrainedModel;
import foco.driver.settings.FocoConf;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.testing.SparkTest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers above the last that something is wanted of are not computed, layer by layer and text by text. */
@SparkTest
class LayersWantedTest {

    private static final List<String> TEXTS =
            List.of("The harbour was closed.", "O banco da praça estava sujo.", "Then it rained.");

    /** A model whose upper layers nobody may ask for; the name of the kernel is that of the first layer's attention. */
    private static PretrainedModel below(int end, PretrainedModel model) {
        return SomeLayers.of(model, 0, Math.max(1, end));
    }

    @ParameterizedTest
    @ValueSource(strings = {"by-sequence", "broadcast"})
    void theHiddenStatesOfALayerNeedNoneAboveIt(String strategy, SparkSession spark) throws IOException {
        PretrainedModel model = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
        List<TokenSequence> sequences = Encoded.sequences(model, PositionMode.REFUSE, TEXTS);
        Map<String, String> settings = Map.of("spark.foco.strategy", strategy);
        Map<Integer, float[][]> all =
                Encoded.states(spark.sparkContext(), model, sequences, settings, Set.of(0, 1, 2, 6));
        for (int layer : List.of(0, 2)) {
            Map<Integer, float[][]> some =
                    Encoded.states(spark.sparkContext(), below(layer, model), sequences, settings, Set.of(layer));
            assertEquals(Set.of(layer), some.keySet());
            for (int t = 0; t < TEXTS.size(); t++) {
                assertArrayEquals(all.get(layer)[t], some.get(layer)[t], "layer " + layer + ", text " + t);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 2, 3})
    void soDoesItsAttention(int hidden, SparkSession spark) throws IOException {
        PretrainedModel model = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
        List<TokenSequence> sequences = Encoded.sequences(model, PositionMode.REFUSE, TEXTS);
        Set<Integer> toldHidden = new TreeSet<>();
        Set<Integer> toldAttention = new TreeSet<>();
        Set<Integer> wanted = hidden < 0 ? Set.of() : Set.of(hidden);
        ForwardSummary summary = new ForwardPass(
                        spark.sparkContext(),
                        FocoConf.of(spark.sparkContext(), Map.of()),
                        below(Math.max(2, hidden), model),
                        sequences)
                .run(wanted, Set.of(0, 1), new ForwardPass.Listener() {
                    @Override
                    public void hidden(int layer, TokenBlocks states) {
                        toldHidden.add(layer);
                    }

                    @Override
                    public void attention(int layer, TokenBlocks projected, AttentionResult result) {
                        toldAttention.add(layer);
                    }
                });
        assertEquals(wanted, toldHidden);
        assertEquals(Set.of(0, 1), toldAttention);
        assertEquals(Math.max(2, hidden), summary.layers());
    }
}
