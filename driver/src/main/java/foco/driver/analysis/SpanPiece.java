package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.FoldResult;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What one item found for a span.
 *
 * @param run the number of the item's run of queries, by which pieces merge in order
 * @param expected the mass that is due to each query of the span; empty if the item's queries are not of the span
 * @param largest the largest magnitude of a log-sum-exp of these
 * @param found of each statistic; null of one that is not for this span
 */
@DefaultSerializer(JavaSerializer.class)
record SpanPiece(int run, double[] expected, double largest, FoldResult<?>[] found) implements Serializable {

    /** All that was found for a span, merged in the order of the runs. */
    static SpanPiece merged(Iterable<SpanPiece> pieces) {
        List<SpanPiece> sorted = StreamSupport.stream(pieces.spliterator(), false)
                .sorted(Comparator.comparingInt(SpanPiece::run))
                .toList();
        FoldResult<?>[] all = new FoldResult<?>[sorted.get(0).found.length];
        double[] expected = {};
        double largest = 0;
        for (SpanPiece piece : sorted) {
            for (int s = 0; s < all.length; s++) {
                if (all[s] == null) {
                    all[s] = piece.found[s];
                } else if (piece.found[s] != null) {
                    FoldOutput.merge(all[s], piece.found[s]);
                }
            }
            expected = piece.expected.length > 0 ? piece.expected : expected;
            largest = Math.max(largest, piece.largest);
        }
        return new SpanPiece(sorted.get(0).run, expected, largest, all);
    }

    boolean isEmpty() {
        return expected.length == 0 && Arrays.stream(found).allMatch(one -> one == null);
    }
}
