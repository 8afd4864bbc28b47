package foco.driver.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;
import java.util.List;

/**
 * A layer as the encoder of "Attention Is All You Need" draws it (Vaswani et al., 2017, figure 1): attention and
 * feed-forward, each followed by the residual and then a layer norm. BERT, RoBERTa, DistilBERT and MPNet are made of it.
 *
 * @param query {@code W_Q} and its bias; {@code key} and {@code value} likewise
 * @param output {@code W_O} and its bias
 */
@DefaultSerializer(JavaSerializer.class)
public record PostNormLayer(
        AttentionSpec attention,
        Linear query,
        Linear key,
        Linear value,
        Linear output,
        Norm afterAttention,
        FeedForward feedForward,
        Norm afterFeedForward)
        implements TransformerLayer {

    @Override
    public float[][] project(RowKernel kernel, float[] hidden, int rows) {
        return kernel.linears(List.of(query, key, value), hidden, rows);
    }

    @Override
    public float[] joinHeads(RowKernel kernel, float[] attended, int rows) {
        return kernel.linear(output, attended, rows);
    }

    @Override
    public float[] complete(RowKernel kernel, float[] hidden, float[] attended, int rows) {
        float[] x = kernel.normalize(afterAttention, kernel.plusLinear(hidden, output, attended, rows));
        return kernel.normalize(afterFeedForward, feedForward.plus(kernel, x, x, rows));
    }
}
