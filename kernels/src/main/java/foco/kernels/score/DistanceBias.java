package foco.kernels.score;

/** Adds a number that depends on the head and on how far the key stands from the query, and on nothing else. */
public interface DistanceBias extends ScoreModifier {

    /** Query {@code i} stands at position {@code queryOffset + i} of the keys. */
    long queryOffset();

    /**
     * What is added to a score; finite. In float64: a bias of millions must still tell neighbouring keys apart.
     *
     * @param distance the key's position less the query's: negative for keys before the query
     */
    double bias(int head, long distance);

    @Override
    default double apply(double score, int head, long query, long key) {
        return score + bias(head, key - query - queryOffset());
    }

    @Override
    default ScoreModifier shifted(long positions) {
        return positions == 0 ? this : new ShiftedBias(this, positions);
    }
}
