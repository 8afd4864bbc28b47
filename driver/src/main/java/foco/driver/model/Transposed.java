package foco.driver.model;

/** A matrix as PyTorch keeps it, {@code [outputs, inputs]}, from one that an input is multiplied by. */
final class Transposed {

    /** Rows and columns that are taken together, so that what is read and what is written stay near the core. */
    private static final int TILE = 32;

    private Transposed() {}

    /** @param values {@code [inputs, outputs]} row-major */
    static float[] of(float[] values, int inputs, int outputs) {
        float[] transposed = new float[values.length];
        for (int i = 0; i < inputs; i += TILE) {
            for (int o = 0; o < outputs; o += TILE) {
                tile(
                        values,
                        i,
                        Math.min(inputs, i + TILE),
                        inputs,
                        o,
                        Math.min(outputs, o + TILE),
                        outputs,
                        transposed);
            }
        }
        return transposed;
    }

    private static void tile(
            float[] values, int from, int to, int inputs, int first, int end, int outputs, float[] transposed) {
        for (int o = first; o < end; o++) {
            for (int i = from; i < to; i++) {
                transposed[o * inputs + i] = values[i * outputs + o];
            }
        }
    }
}
