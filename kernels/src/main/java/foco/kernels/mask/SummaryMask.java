package foco.kernels.mask;

/** Every query sees the last {@code summary} keys of each chunk of {@code stride}. */
record SummaryMask(long stride, long summary) implements Mask {

    @Override
    public boolean allows(int head, long query, long key) {
        return Math.floorMod(key, stride) >= stride - summary;
    }

    @Override
    public boolean givesRanges() {
        return true;
    }

    @Override
    public boolean isCounted() {
        return true;
    }

    @Override
    public boolean isAlikeForHeads() {
        return true;
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        addUpTo(keys.end(), keys);
    }

    /** Adds to {@code keys} those before {@code end}, which is where a chunk or what is asked about ends. */
    void addUpTo(long end, KeyRanges keys) {
        for (long start = Math.floorDiv(keys.first(), stride) * stride; start < end; start += stride) {
            keys.add(start + stride - summary, start + stride);
        }
    }

    @Override
    public long seen(int head, long query, KeyRanges keys) {
        return before(keys.end()) - before(keys.first());
    }

    /** The number of keys seen from 0 up to {@code key}, less than 0 for a key before. */
    long before(long key) {
        long within = Math.floorMod(key, stride) - (stride - summary);
        return Math.floorDiv(key, stride) * summary + Math.max(0, within);
    }

    @Override
    public long alikeUntil(long query) {
        return Long.MAX_VALUE;
    }

    @Override
    public Mask shifted(long positions) {
        return this;
    }

    @Override
    public String toString() {
        return "summaries(%d, %d)".formatted(stride, summary);
    }
}
