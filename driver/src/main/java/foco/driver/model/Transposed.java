package foco.driver.model;

/** A matrix as PyTorch keeps it, {@code [outputs, inputs]}, from one that an input is multiplied by. */
final class Transposed {

    private Transposed() {}

    /** @param values {@code [inputs, outputs]} row-major */
    static float[] of(float[] values, int inputs, int outputs) {
        float[] transposed = new float[values.length];
        for (int i = 0; i < inputs; i++) {
            for (int o = 0; o < outputs; o++) {
                transposed[o * inputs + i] = values[i * outputs + o];
            }
        }
        return transposed;
    }
}
