package foco.kernels.score;

import java.util.Locale;

/**
 * How far the score of a query and a key has come: the {@code qk_matmul_output_mode} of the ONNX operator Attention, in
 * its order.
 */
public enum ScoreStage {
    /** The dot product, scaled. */
    SCALED,
    /** After the soft cap, that is, after the modifiers up to the last soft cap. */
    CAPPED,
    /** As the softmax takes it: after all modifiers and the mask; -infinity where the query does not see the key. */
    MASKED,
    /** After the softmax: the weight of the key's value. */
    WEIGHT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
