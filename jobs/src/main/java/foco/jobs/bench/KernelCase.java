package foco.jobs.bench;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.AttentionSpec;
import java.io.Serializable;

/**
 * Attention to be timed, in float32 with values as wide as keys.
 *
 * @param queries how many; under a causal mask they are the last of the keys' positions
 * @param width of a query, a key and a value in one head
 */
@DefaultSerializer(JavaSerializer.class)
public record KernelCase(int width, Masking masking, Scoring scoring, int heads, long queries, long keys)
        implements Serializable {

    /** With nothing between scale and softmax. */
    public KernelCase(int width, Masking masking, int heads, long queries, long keys) {
        this(width, masking, Scoring.PLAIN, heads, queries, keys);
    }

    public AttentionSpec spec() {
        return scoring.of(AttentionSpec.of(heads, width).withMask(masking.mask(queries, keys)));
    }

    /** "d=64 causal", and the scoring if it is not plain, and the number of queries if it is not that of the keys. */
    public String name() {
        return "d=%d %s%s%s"
                .formatted(
                        width,
                        masking,
                        scoring == Scoring.PLAIN ? "" : " " + scoring,
                        queries == keys ? "" : " q=" + queries);
    }

    /** The same with every key seen and plain scores. */
    KernelCase plainDense() {
        return new KernelCase(width, Masking.DENSE, heads, queries, keys);
    }
}
