package foco.driver.sweep;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.AttentionSpec;
import foco.kernels.tile.QueryBlock;
import java.io.Serializable;

/**
 * Consecutive queries of a head, where they stand among those of other heads.
 *
 * @param queries query {@code i} starts at {@code offset + i * stride}
 * @param lse their log-sum-exps: that of query {@code i} is at {@code lseOffset + i * lseStride}; empty if they are not known
 */
@DefaultSerializer(JavaSerializer.class)
public record QueryRows(
        long firstQuery, int count, float[] queries, int offset, int stride, float[] lse, int lseOffset, int lseStride)
        implements Serializable {

    /** The queries as a kernel takes them. */
    public QueryBlock pack(AttentionSpec spec, int head) {
        return QueryBlock.pack(spec, head, firstQuery, count, queries, offset, stride);
    }

    /** The log-sum-exps as a kernel takes them. */
    public double[] sums() {
        double[] sums = new double[count];
        for (int i = 0; i < count; i++) {
            sums[i] = lse[lseOffset + i * lseStride];
        }
        return sums;
    }

    /** The same without those of other heads. */
    QueryRows alone(int width) {
        float[] own = new float[count * width];
        for (int i = 0; i < count; i++) {
            System.arraycopy(queries, offset + i * stride, own, i * width, width);
        }
        float[] ownSums = new float[lse.length == 0 ? 0 : count];
        for (int i = 0; i < ownSums.length; i++) {
            ownSums[i] = lse[lseOffset + i * lseStride];
        }
        return new QueryRows(firstQuery, count, own, 0, width, ownSums, 0, 1);
    }
}
