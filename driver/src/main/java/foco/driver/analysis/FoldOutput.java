package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.sweep.ItemPart;
import foco.kernels.fold.FoldResult;
import java.io.Serializable;

/**
 * What the statistics found over the queries of an item, of all their keys or of some.
 *
 * @param run the number of the item's run of queries
 * @param expected the mass that each query has on keys, by its log-sum-exp and its head's sink
 * @param largest the largest magnitude of a log-sum-exp
 * @param found of each statistic
 */
@DefaultSerializer(JavaSerializer.class)
record FoldOutput(int head, int run, double[] expected, double largest, FoldResult<?>[] found)
        implements ItemPart<FoldOutput>, Serializable {

    @Override
    public FoldOutput merged(ItemPart<FoldOutput> next) {
        FoldOutput other = next.finish();
        for (int s = 0; s < found.length; s++) {
            merge(found[s], other.found[s]);
        }
        return this;
    }

    @Override
    public FoldOutput finish() {
        return this;
    }

    /** Both are of one statistic. */
    @SuppressWarnings("unchecked")
    static <R extends FoldResult<R>> void merge(FoldResult<?> all, FoldResult<?> next) {
        ((R) all).merge((R) next);
    }
}
