package foco.driver.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.kernels.dense.LayerNorm;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BertEmbeddingsTest {
    private static final int WIDTH = 6;
    private static final int VOCABULARY = 5;
    private static final int POSITIONS = 4;
    /** One rounding to float32 of values below 8. */
    private static final double TOLERANCE = 1e-6;

    private final Random random = new Random(7);
    private final float[] words = table(VOCABULARY);
    private final float[] positions = table(POSITIONS);
    private final float[] types = table(2);
    private final float[] gain = table(1);
    private final float[] bias = table(1);
    private final BertEmbeddings embeddings =
            new BertEmbeddings(WIDTH, words, positions, types, new LayerNorm(gain, bias, 1e-12));

    @Test
    void addsWordPositionAndTypeThenNormalises() {
        int[] ids = {4, 0, 4};
        int[] places = {0, 3, 2};
        float[] actual = embeddings.embed(ids, places);
        assertEquals(ids.length * WIDTH, actual.length);
        for (int token = 0; token < ids.length; token++) {
            double[] sum = new double[WIDTH];
            double mean = 0;
            for (int i = 0; i < WIDTH; i++) {
                sum[i] = (double) words[ids[token] * WIDTH + i] + positions[places[token] * WIDTH + i] + types[i];
                mean += sum[i] / WIDTH;
            }
            double variance = 0;
            for (double value : sum) {
                variance += (value - mean) * (value - mean) / WIDTH;
            }
            for (int i = 0; i < WIDTH; i++) {
                double expected = (sum[i] - mean) / Math.sqrt(variance + 1e-12) * gain[i] + bias[i];
                assertEquals(expected, actual[token * WIDTH + i], TOLERANCE * (1 + Math.abs(expected)));
            }
        }
    }

    @Test
    void saysHowManyWordsAndPositionsThereAre() {
        assertEquals(WIDTH, embeddings.width());
        assertEquals(VOCABULARY, embeddings.vocabulary());
        assertEquals(POSITIONS, embeddings.positions());
    }

    @Test
    void refusesTokensOutsideItsTablesByName() {
        assertMessage("token 1 has id 5, outside 0..4", new int[] {0, 5}, new int[] {0, 1});
        assertMessage("token 0 has id -1, outside 0..4", new int[] {-1}, new int[] {0});
        assertMessage("token 1 has place 4, outside 0..3", new int[] {0, 1}, new int[] {0, 4});
        assertMessage("2 ids but 1 places", new int[] {0, 1}, new int[] {0});
    }

    @Test
    void refusesTablesThatAreNotWholeRows() {
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> new BertEmbeddings(WIDTH, new float[7], positions, types, new LayerNorm(gain, bias, 1e-12)));
        assertEquals("the table of words has 7 numbers, which are not whole rows of width 6", failure.getMessage());
    }

    private void assertMessage(String expected, int[] ids, int[] places) {
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> embeddings.embed(ids, places));
        assertEquals(expected, failure.getMessage());
    }

    private float[] table(int rows) {
        float[] table = new float[rows * WIDTH];
        for (int i = 0; i < table.length; i++) {
            table[i] = (float) random.nextGaussian();
        }
        return table;
    }
}
