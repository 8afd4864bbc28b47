package foco.jobs.bench;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import java.io.Serializable;

/**
 * Attention to be timed, in float32 with values as wide as keys.
 *
 * @param queries how many; under a causal mask they are the last of the keys' positions
 * @param width of a query, a key and a value in one head
 */
public record KernelCase(int width, Masking masking, int heads, long queries, long keys) implements Serializable {

    public AttentionSpec spec() {
        AttentionSpec spec = AttentionSpec.of(heads, width);
        return masking == Masking.CAUSAL ? spec.withMask(Mask.causal(keys - queries)) : spec;
    }

    /**
     * Operations that {@code count} queries of a head take: {@code 2 (keyWidth + valueWidth)} for every key that one sees,
     * which over all queries is {@code 4 queries keys width} dense, and half of it causal.
     */
    public double operations(long firstQuery, int count) {
        return 4.0 * width * spec().mask().pairs(0, firstQuery, count, keys);
    }

    /** "d=64 causal", and the number of queries if it is not that of the keys. */
    public String name() {
        return "d=%d %s%s".formatted(width, masking, queries == keys ? "" : " q=" + queries);
    }
}
