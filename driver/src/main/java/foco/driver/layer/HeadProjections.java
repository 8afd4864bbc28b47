package foco.driver.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.dense.Linear;
import java.io.Serializable;
import java.util.List;

/**
 * From hidden states to queries, keys and values; in some families queries and keys are then normalised head by head (Henry
 * et al., <i>Query-Key Normalization for Transformers</i>, 2020).
 *
 * @param query {@code W_Q} and its bias; {@code key} and {@code value} likewise
 * @param queryNorm as wide as a head, if there is one; {@code keyNorm} likewise
 */
@DefaultSerializer(JavaSerializer.class)
public record HeadProjections(Linear query, Linear key, Linear value, NormStep queryNorm, NormStep keyNorm)
        implements Serializable {

    /** Without norms of heads. */
    public HeadProjections(Linear query, Linear key, Linear value) {
        this(query, key, value, NormStep.none(), NormStep.none());
    }

    /** Queries, keys and values of {@code x}, {@code [rows, width]}. */
    public float[][] of(RowKernel kernel, float[] x, int rows) {
        float[][] projected = kernel.linears(List.of(query, key, value), x, rows);
        queryNorm.applyInPlace(kernel, projected[0]);
        keyNorm.applyInPlace(kernel, projected[1]);
        return projected;
    }
}
