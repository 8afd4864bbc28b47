package foco.kernels.score;

/** Another modifier, which is asked about query {@code i} as query {@code i + positions}. */
record ShiftedModifier(ScoreModifier modifier, long positions) implements ScoreModifier {

    @Override
    public double apply(double score, int head, long query, long key) {
        return modifier.apply(score, head, query + positions, key);
    }

    @Override
    public double applyInLog2(double score, int head, long query, long key) {
        return modifier.applyInLog2(score, head, query + positions, key);
    }

    @Override
    public void checkHeads(int heads) {
        modifier.checkHeads(heads);
    }

    @Override
    public ScoreModifier forSequence(String sequence, long queries, long keys) {
        ScoreModifier own = modifier.forSequence(sequence, queries, keys);
        return own == modifier ? this : new ShiftedModifier(own, positions);
    }

    /** From where this one starts. */
    @Override
    public ScoreModifier shifted(long further) {
        long all = Math.addExact(positions, further);
        return all == 0 ? modifier : new ShiftedModifier(modifier, all);
    }

    @Override
    public String toString() {
        return "%s, query offset %d".formatted(modifier, positions);
    }
}
