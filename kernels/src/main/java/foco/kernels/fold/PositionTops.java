package foco.kernels.fold;

import java.util.Arrays;

/**
 * For each of a span of positions the heaviest pairs it is in: of a query the keys, of a key the queries. The heaviest come first,
 * of those that weigh the same the one of the lower position. A weight of 0 is none.
 */
public final class PositionTops implements SpanResult<PositionTops> {

    private final int most;
    private long first;
    private float[] weights;
    private long[] others;

    /** None for any position. */
    public PositionTops(long first, int count, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("The number of pairs to keep must be 1 or more, and is " + most + ".");
        }
        this.most = most;
        this.first = first;
        this.weights = new float[Math.multiplyExact(count, most)];
        this.others = new long[weights.length];
    }

    /** The bytes of a position. */
    static long bytes(int most) {
        return (long) (Float.BYTES + Long.BYTES) * most;
    }

    @Override
    public PositionTops span(long from, int positions) {
        long low = Math.max(first, from);
        long high = Math.max(low, Math.min(first + count(), from + positions));
        PositionTops span = new PositionTops(low, (int) (high - low), most);
        int at = high == low ? 0 : at(low);
        System.arraycopy(weights, at, span.weights, 0, span.weights.length);
        System.arraycopy(others, at, span.others, 0, span.others.length);
        return span;
    }

    /** The pairs that are kept for a position. */
    public int most() {
        return most;
    }

    public long first() {
        return first;
    }

    public int count() {
        return weights.length / most;
    }

    /** The weight of the pair of that rank, 0 being the heaviest; 0 if there are fewer. */
    public float weight(long position, int rank) {
        return weights[at(position) + rank];
    }

    /** The other position of that pair. */
    public long other(long position, int rank) {
        return others[at(position) + rank];
    }

    private int at(long position) {
        return (int) (position - first) * most;
    }

    /** What a weight must have to be kept, or more: 0 while there is room. */
    float threshold(long position) {
        return weights[at(position) + most - 1];
    }

    /**
     * Keeps a pair if it is among the heaviest.
     *
     * @return {@link #threshold} from here on
     */
    float offer(long position, float weight, long other) {
        int from = at(position);
        int at = from + most - 1;
        if (isBehind(at, weight, other)) {
            for (; at > from && isBehind(at - 1, weight, other); at--) {
                weights[at] = weights[at - 1];
                others[at] = others[at - 1];
            }
            weights[at] = weight;
            others[at] = other;
        }
        return weights[from + most - 1];
    }

    private boolean isBehind(int at, float weight, long other) {
        return weights[at] < weight || weights[at] == weight && others[at] > other;
    }

    /** Makes room for a span. */
    void cover(long from, int positions) {
        if (positions == 0) {
            return;
        }
        if (count() == 0) {
            first = from;
        }
        long low = Math.min(first, from);
        long high = Math.max(first + count(), from + positions);
        if (low == first && high == first + count()) {
            return;
        }
        int size = Math.toIntExact((high - low) * most);
        float[] wider = new float[size];
        long[] widerOthers = new long[size];
        System.arraycopy(weights, 0, wider, (int) (first - low) * most, weights.length);
        System.arraycopy(others, 0, widerOthers, (int) (first - low) * most, weights.length);
        first = low;
        weights = wider;
        others = widerOthers;
    }

    @Override
    public void merge(PositionTops other) {
        if (other.most != most) {
            throw new IllegalArgumentException(
                    "The %d heaviest and the %d heaviest do not merge.".formatted(most, other.most));
        }
        cover(other.first, other.count());
        for (long position = other.first; position < other.first + other.count(); position++) {
            for (int rank = 0; rank < most && other.weight(position, rank) > 0; rank++) {
                offer(position, other.weight(position, rank), other.other(position, rank));
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PositionTops tops
                && tops.first == first
                && tops.most == most
                && Arrays.equals(tops.weights, weights)
                && Arrays.equals(tops.others, others);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(weights) + Arrays.hashCode(others);
    }
}
