package foco.driver.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;

/**
 * A layer whose norms come first (Xiong et al., <i>On Layer Normalization in the Transformer Architecture</i>, 2020, figure
 * 1b): {@code x + attention(norm(x))}, then {@code x + feedForward(norm(x))}. GPT-2, Llama and its kin and ModernBERT are made
 * of it. Gemma also has norms after attention and after feed-forward, before the residual is added.
 *
 * @param beforeAttention none in ModernBERT's first layer
 * @param output {@code W_O} and its bias
 */
@DefaultSerializer(JavaSerializer.class)
public record PreNormLayer(
        AttentionSpec attention,
        NormStep beforeAttention,
        HeadProjections projections,
        Linear output,
        NormStep afterAttention,
        Norm beforeFeedForward,
        FeedForward feedForward,
        NormStep afterFeedForward)
        implements TransformerLayer {

    /** Without norms after attention and feed-forward. */
    public PreNormLayer(
            AttentionSpec attention,
            NormStep beforeAttention,
            HeadProjections projections,
            Linear output,
            Norm beforeFeedForward,
            FeedForward feedForward) {
        this(
                attention,
                beforeAttention,
                projections,
                output,
                NormStep.none(),
                beforeFeedForward,
                feedForward,
                NormStep.none());
    }

    @Override
    public float[][] project(RowKernel kernel, float[] hidden, int rows) {
        return projections.of(kernel, beforeAttention.apply(kernel, hidden), rows);
    }

    @Override
    public float[] joinHeads(RowKernel kernel, float[] attended, int rows) {
        return kernel.linear(output, attended, rows);
    }

    @Override
    public float[] complete(RowKernel kernel, float[] hidden, float[] attended, int rows) {
        float[] x = afterAttention instanceof NormStep.None
                ? kernel.plusLinear(hidden, output, attended, rows)
                : plus(hidden, afterAttention.applyInPlace(kernel, kernel.linear(output, attended, rows)));
        float[] normalized = kernel.normalized(beforeFeedForward, x);
        return afterFeedForward instanceof NormStep.None
                ? feedForward.plus(kernel, x, normalized, rows)
                : plus(x, afterFeedForward.applyInPlace(kernel, feedForward.of(kernel, normalized, rows)));
    }

    /** Adds the residual in place. */
    private static float[] plus(float[] residual, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] += residual[i];
        }
        return y;
    }
}
