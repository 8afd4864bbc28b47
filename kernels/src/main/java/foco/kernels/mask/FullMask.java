package foco.kernels.mask;

/** Every query sees every key. */
enum FullMask implements Mask {
    INSTANCE;

    @Override
    public Coverage coverage(Tile tile) {
        return Coverage.ALL;
    }

    @Override
    public void fill(Tile tile, float[] scores, int offset, int stride) {}

    @Override
    public boolean allows(int head, long query, long key) {
        return true;
    }

    @Override
    public long pairs(int head, long firstQuery, int queries, long keys) {
        return queries * keys;
    }

    @Override
    public String toString() {
        return "full";
    }
}
