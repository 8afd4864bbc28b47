package foco.kernels.fold;

import java.util.Arrays;

/**
 * Of some queries how many weights are of which size, and their mass: bin {@code b} has weights above {@code 2^-(b + 1)} up to
 * {@code 2^-b}, the last bin those below it, too. It tells how many keys a query needs for a part of its mass.
 */
public final class MassBins implements FoldResult<MassBins> {

    /** The bins of a query. What is below 2^-31 is beside the point: a million of them weigh less than 0.001. */
    public static final int BINS = 32;

    private final int every;
    private long first;
    private long[] counts;
    private double[] masses;

    /**
     * Nothing, of queries {@code first, first + every, ...}.
     *
     * @param first a multiple of {@code every}
     */
    MassBins(long first, int count, int every) {
        this.every = every;
        this.first = first;
        this.counts = new long[count * BINS];
        this.masses = new double[count * BINS];
    }

    /** Of so many queries one is looked at. */
    public int every() {
        return every;
    }

    /** The first query that is looked at. */
    public long first() {
        return first;
    }

    /** The queries that are looked at. */
    public int count() {
        return counts.length / BINS;
    }

    void add(long query, float weight) {
        int exponent = (Float.floatToRawIntBits(weight) >>> 23) - 127;
        boolean isPower = (Float.floatToRawIntBits(weight) & 0x7fffff) == 0;
        int bin = Math.max(0, Math.min(BINS - 1, isPower ? -exponent : -exponent - 1));
        int at = at(query) + bin;
        counts[at]++;
        masses[at] += weight;
    }

    private int at(long query) {
        if (query % every != 0 || query < first || query >= first + (long) count() * every) {
            throw new IllegalArgumentException("Query %d was not looked at: one of %d was, of those from %d to %d."
                    .formatted(query, every, first, first + (long) count() * every - 1));
        }
        return (int) ((query - first) / every) * BINS;
    }

    /** The weights of a bin. */
    public long count(long query, int bin) {
        return counts[at(query) + bin];
    }

    /** The mass of a bin. */
    public double mass(long query, int bin) {
        return masses[at(query) + bin];
    }

    /** At least so many keys are needed for a part of the query's mass on keys, the heaviest first. */
    public long least(long query, double part) {
        return needed(query, part, false);
    }

    /** And at most so many: up to twice as many as {@link #least}, and the keys of the bins before count exactly. */
    public long most(long query, double part) {
        return needed(query, part, true);
    }

    private long needed(long query, double part, boolean isMost) {
        int at = at(query);
        double total = 0;
        for (int b = 0; b < BINS; b++) {
            total += masses[at + b];
        }
        double missing = part * total;
        long needed = 0;
        for (int b = 0; b < BINS; b++) {
            if (masses[at + b] < missing) {
                missing -= masses[at + b];
                needed += counts[at + b];
            } else if (missing > 0) {
                // The heaviest of a bin weigh its average or more, and no more than its bound.
                double each = isMost ? masses[at + b] / counts[at + b] : StrictMath.scalb(1.0, -b);
                return needed + Math.min(counts[at + b], Math.max(1, (long) Math.ceil(missing / each)));
            }
        }
        return needed;
    }

    @Override
    public void merge(MassBins other) {
        if (other.every != every) {
            throw new IllegalArgumentException(
                    "One of %d queries and one of %d do not merge.".formatted(every, other.every));
        }
        if (other.count() == 0) {
            return;
        }
        first = count() == 0 ? other.first : first;
        long low = Math.min(first, other.first);
        long high = Math.max(first + (long) count() * every, other.first + (long) other.count() * every);
        int size = Math.toIntExact((high - low) / every * BINS);
        long[] allCounts = new long[size];
        double[] allMasses = new double[size];
        int mine = (int) ((first - low) / every) * BINS;
        System.arraycopy(counts, 0, allCounts, mine, counts.length);
        System.arraycopy(masses, 0, allMasses, mine, masses.length);
        int theirs = (int) ((other.first - low) / every) * BINS;
        for (int i = 0; i < other.counts.length; i++) {
            allCounts[theirs + i] += other.counts[i];
            allMasses[theirs + i] += other.masses[i];
        }
        first = low;
        counts = allCounts;
        masses = allMasses;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MassBins bins
                && bins.every == every
                && bins.first == first
                && Arrays.equals(bins.counts, counts)
                && Arrays.equals(bins.masses, masses);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(counts) + Arrays.hashCode(masses);
    }
}
