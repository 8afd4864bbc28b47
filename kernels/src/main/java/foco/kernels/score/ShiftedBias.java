package foco.kernels.score;

/** Another bias by distance, for queries so many positions further on. */
record ShiftedBias(DistanceBias of, long positions) implements DistanceBias {

    @Override
    public long queryOffset() {
        return of.queryOffset() + positions;
    }

    @Override
    public double bias(int head, long distance) {
        return of.bias(head, distance);
    }

    @Override
    public void checkHeads(int heads) {
        of.checkHeads(heads);
    }

    @Override
    public String toString() {
        return "%s, query offset %d".formatted(of, positions);
    }
}
