package foco.driver.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import java.util.Optional;

/**
 * A layer whose queries and keys are turned by their positions.
 *
 * @param layer all but that
 */
@DefaultSerializer(JavaSerializer.class)
public record RotaryLayer(TransformerLayer layer, RotaryEmbedding embedding) implements TransformerLayer {

    @Override
    public AttentionSpec attention() {
        return layer.attention();
    }

    @Override
    public Optional<RotaryEmbedding> rotary() {
        return Optional.of(embedding);
    }

    @Override
    public float[][] project(RowKernel kernel, float[] hidden, int rows) {
        return layer.project(kernel, hidden, rows);
    }

    @Override
    public float[] joinHeads(RowKernel kernel, float[] attended, int rows) {
        return layer.joinHeads(kernel, attended, rows);
    }

    @Override
    public float[] complete(RowKernel kernel, float[] hidden, float[] attended, int rows) {
        return layer.complete(kernel, hidden, attended, rows);
    }
}
