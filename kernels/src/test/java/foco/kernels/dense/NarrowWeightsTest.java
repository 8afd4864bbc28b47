package foco.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.Attend;
import foco.kernels.machine.Kernels;
import foco.kernels.scalar.ScalarDense;
import foco.kernels.tile.KeyValueType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Weights that two bytes hold: they take two, and the results are those of the same weights in four. */
class NarrowWeightsTest {

    private static final int ROWS = 300;
    private static final int INPUTS = 150;
    private static final int OUTPUTS = 41;

    /** Of all magnitudes that the format has: the smallest of float16 are subnormal. */
    private static float[] weights(KeyValueType type, int count) {
        Random random = new Random(4);
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            double magnitude = Math.pow(2, -26 + 30 * random.nextDouble());
            weights[i] = type.round((float) (magnitude * random.nextGaussian()));
        }
        weights[0] = -0f;
        weights[1] = 0x1p-24f;
        return weights;
    }

    private static Linear layer(KeyValueType type) {
        return new Linear(
                INPUTS, OUTPUTS, weights(type, INPUTS * OUTPUTS), Attend.gaussians(new Random(5), OUTPUTS, 1));
    }

    @ParameterizedTest
    @EnumSource(names = "FLOAT32", mode = Mode.EXCLUDE)
    void aLayerGivesTheSameBits(KeyValueType type) throws Exception {
        Linear wide = layer(type);
        Linear narrow = wide.narrowed();
        assertTrue(narrow.isNarrow() && !wide.isNarrow());
        assertTrue(2 * narrow.bytes() < 1.1 * wide.bytes());
        Linear activated = wide.activated(Activation.GELU);
        Linear gated = Linear.gated(wide, wide, Activation.SILU);
        Linear gatedNarrow = Linear.gated(narrow, narrow, Activation.SILU);
        assertTrue(gatedNarrow.isNarrow());
        assertSameBits(wide, narrow);
        assertSameBits(activated, narrow.activated(Activation.GELU));
        assertSameBits(gated, gatedNarrow);
        assertSameBits(gated, Linear.gated(wide, narrow, Activation.SILU));
        byte[] written = written(narrow);
        assertTrue(written.length < 0.6 * written(wide).length, "bytes " + written.length);
        Linear again = (Linear) read(written);
        assertTrue(again.isNarrow());
        assertSameBits(wide, again);
    }

    private static void assertSameBits(Linear expected, Linear actual) {
        float[] x = Attend.gaussians(new Random(6), ROWS * INPUTS, 1);
        for (DenseKernel kernel : new DenseKernel[] {Kernels.dense(), new ScalarDense()}) {
            for (int rows : new int[] {1, 16, ROWS}) {
                assertArrayEquals(kernel.linear(expected, x, rows), kernel.linear(actual, x, rows), kernel.name());
                assertArrayEquals(
                        feedForward(kernel, expected, x, rows), feedForward(kernel, actual, x, rows), kernel.name());
            }
        }
    }

    private static float[] feedForward(DenseKernel kernel, Linear inner, float[] x, int rows) {
        Linear outer = LinearTest.random(new Random(8), OUTPUTS, 5);
        float[] y = new float[rows * 5];
        kernel.addFeedForward(inner, outer, x, 0, rows, y, 0);
        return y;
    }

    @ParameterizedTest
    @EnumSource(names = "FLOAT32", mode = Mode.EXCLUDE)
    void aTableGivesTheSameBits(KeyValueType type) throws Exception {
        Embedding wide = new Embedding(OUTPUTS, weights(type, 20 * OUTPUTS));
        Embedding narrow = wide.narrowed();
        assertTrue(narrow.isNarrow() && !wide.isNarrow());
        int[] ids = {19, 0, 0, 7};
        for (Embedding table : new Embedding[] {narrow, (Embedding) read(written(narrow))}) {
            float[] expected = new float[1 + ids.length * OUTPUTS];
            float[] actual = expected.clone();
            wide.look(ids, expected, 1);
            wide.add(ids, expected, 1);
            table.look(ids, actual, 1);
            table.add(ids, actual, 1);
            assertArrayEquals(expected, actual);
        }
        assertTrue(written(narrow).length < 0.7 * written(wide).length);
    }

    @Test
    void weightsThatWouldBeRoundedStayAsTheyAre() {
        float[] weights = weights(KeyValueType.BFLOAT16, INPUTS * OUTPUTS);
        weights[5] = 1 + 0x1p-20f;
        Linear layer = new Linear(INPUTS, OUTPUTS, weights, new float[OUTPUTS]);
        assertFalse(layer.narrowed().isNarrow());
        weights[5] = Float.POSITIVE_INFINITY;
        Embedding table = new Embedding(OUTPUTS, weights);
        assertSame(table, table.narrowed());
    }

    private static byte[] written(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    private static Object read(byte[] bytes) throws Exception {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return in.readObject();
        }
    }
}
