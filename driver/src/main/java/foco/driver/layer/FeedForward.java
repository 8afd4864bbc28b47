package foco.driver.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.dense.Linear;
import java.io.Serializable;

/**
 * Two linear layers with an activation between them (Vaswani et al., 2017, section 3.3).
 *
 * @param inner from the width of the hidden states to that of the layer, with the activation; or gated
 * @param outer and back
 */
@DefaultSerializer(JavaSerializer.class)
public record FeedForward(Linear inner, Linear outer) implements Serializable {

    /** {@code residual} plus what the layers make of {@code x}, in an array of its own; {@code [rows, width]} all. */
    public float[] plus(RowKernel kernel, float[] residual, float[] x, int rows) {
        return kernel.addFeedForward(this, x, rows, residual.clone());
    }

    /** What the layers make of {@code x}. */
    public float[] of(RowKernel kernel, float[] x, int rows) {
        return kernel.addFeedForward(this, x, rows, new float[rows * outer.outputs()]);
    }
}
