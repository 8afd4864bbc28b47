package foco.driver.layer;

import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import java.io.Serializable;
import java.util.Optional;

/**
 * A layer of a transformer: what comes before its attention, the attention, and what comes after. All but the attention
 * looks at one token at a time, and what it makes of a row does not depend on the rows that are with it.
 */
public interface TransformerLayer extends Serializable {

    /** Heads, widths, scale, mask and score modifiers. */
    AttentionSpec attention();

    /** What turns queries and keys by their positions, if anything does. */
    default Optional<RotaryEmbedding> rotary() {
        return Optional.empty();
    }

    /**
     * From hidden states to what attention takes.
     *
     * @param hidden {@code [rows, width]}; not to be changed
     * @return queries {@code [rows, heads * keyWidth]}, keys {@code [rows, keyValueHeads * keyWidth]} and values
     *     {@code [rows, keyValueHeads * valueWidth]}
     */
    float[][] project(RowKernel kernel, float[] hidden, int rows);

    /**
     * What attention gives, the heads side by side, through {@code W_O} alone: a part of {@link #complete}, for those who
     * look at each step.
     *
     * @param attended {@code [rows, heads * valueWidth]}; not to be changed
     * @return {@code [rows, width]}
     */
    float[] joinHeads(RowKernel kernel, float[] attended, int rows);

    /**
     * From what attention gives to the next hidden states.
     *
     * @param hidden what {@link #project} was given; not to be changed
     * @param attended {@code [rows, heads * valueWidth]}; not to be changed
     * @return {@code [rows, width]}
     */
    float[] complete(RowKernel kernel, float[] hidden, float[] attended, int rows);
}
