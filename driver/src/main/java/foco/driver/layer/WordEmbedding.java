package foco.driver.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.dense.Embedding;

/**
 * A word's row alone, then a norm if there is one: what models have whose attention knows places.
 *
 * @param words a row for each word of the vocabulary
 */
@DefaultSerializer(JavaSerializer.class)
public record WordEmbedding(Embedding words, NormStep norm) implements TokenEmbedding {

    @Override
    public int width() {
        return words.width();
    }

    @Override
    public float[] embed(RowKernel kernel, int[] ids, float[] places) {
        float[] embedded = new float[Math.multiplyExact(ids.length, width())];
        words.look(ids, embedded, 0);
        return norm.applyInPlace(kernel, embedded);
    }
}
