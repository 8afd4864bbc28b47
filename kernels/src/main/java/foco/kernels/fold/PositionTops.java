package foco.kernels.fold;

import java.util.Arrays;

/**
 * For each of a span of positions the heaviest pairs it is in: of a query the keys, of a key the queries. The heaviest come first,
 * of those that weigh the same the one of the lower position. A weight of 0 is none.
 */
public final class PositionTops implements SpanResult<PositionTops> {

    private static final long OTHERS = 0xFFFF_FFFFL;

    private final int most;
    private long first;

    /** Of each pair the bits of its weight, and below them those of the other position's complement: so the first are the largest. */
    private long[] pairs;

    /** None for any position. */
    public PositionTops(long first, int count, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("The number of pairs to keep must be 1 or more, and is " + most + ".");
        }
        this.most = most;
        this.first = first;
        this.pairs = new long[Math.multiplyExact(count, most)];
    }

    /** The bytes of a position. */
    static long bytes(int most) {
        return (long) Long.BYTES * most;
    }

    @Override
    public PositionTops span(long from, int positions) {
        long low = Math.max(first, from);
        long high = Math.max(low, Math.min(first + count(), from + positions));
        PositionTops span = new PositionTops(low, (int) (high - low), most);
        int at = high == low ? 0 : at(low);
        System.arraycopy(pairs, at, span.pairs, 0, span.pairs.length);
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
        return pairs.length / most;
    }

    /** The weight of the pair of that rank, 0 being the heaviest; 0 if there are fewer. */
    public float weight(long position, int rank) {
        return weight(pairs[at(position) + rank]);
    }

    /** The other position of that pair. */
    public long other(long position, int rank) {
        return ~pairs[at(position) + rank] & OTHERS;
    }

    private int at(long position) {
        return (int) (position - first) * most;
    }

    private static float weight(long pair) {
        return Float.intBitsToFloat((int) (pair >>> Integer.SIZE));
    }

    private static long pair(float weight, long other) {
        return (long) Float.floatToRawIntBits(weight) << Integer.SIZE | ~other & OTHERS;
    }

    /** What a weight must have to be kept, or more: 0 while there is room. */
    float threshold(long position) {
        return weight(pairs[at(position) + most - 1]);
    }

    /**
     * Keeps a pair if it is among the heaviest.
     *
     * @param weight 0 or more
     * @param other below 2^32
     * @return {@link #threshold} from here on
     */
    float offer(long position, float weight, long other) {
        int from = at(position);
        int last = from + most - 1;
        long[] all = pairs;
        long left = pair(weight, other);
        if (left > all[last]) {
            // Each takes the larger of the two, and hands on the other: a processor cannot foretell where a pair
            // belongs.
            for (int at = from; at <= last; at++) {
                long here = all[at];
                all[at] = Math.max(here, left);
                left = Math.min(here, left);
            }
        }
        return weight(all[last]);
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
        long[] wider = new long[size];
        System.arraycopy(pairs, 0, wider, (int) (first - low) * most, pairs.length);
        first = low;
        pairs = wider;
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
                && Arrays.equals(tops.pairs, pairs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(pairs);
    }
}
