package foco.kernels.mask;

import java.util.Optional;

/**
 * Block sparse attention of Zaheer et al., "Big Bird" (2020), section 2 and appendix D. Positions are cut into blocks; a
 * block of queries sees its own, {@code window} blocks to either side, {@code random} others, and the first
 * {@code global} blocks, which themselves see all.
 *
 * <p>The others are cut into {@code random} equal parts, and one is drawn from each by a hash of seed, head and block. So
 * they all differ and ascend, every machine draws the same, and none has to remember them.
 *
 * @param blocks the number of blocks of keys, from among which to draw; 0 before {@link #forSequence}
 */
record BigBirdMask(long size, long global, long window, int random, long seed, long blocks) implements Mask {

    BigBirdMask {
        Positions.require("The size of a block", size, 1);
        Positions.require("The number of global blocks", global, 0);
        Positions.require("The number of window blocks to either side", window, 0);
        Positions.require("The number of random blocks", random, 0);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        long row = query / size;
        long block = key / size;
        requireBlocks();
        boolean sees = row < global || block < global || Math.abs(row - block) <= window;
        for (int i = 0; !sees && i < draws(row); i++) {
            sees = drawn(head, row, i) == block;
        }
        return sees;
    }

    @Override
    public boolean givesRanges() {
        return true;
    }

    @Override
    public boolean givesFewRanges() {
        return true;
    }

    @Override
    public void visible(int head, long query, KeyRanges ranges) {
        requireBlocks();
        long row = query / size;
        if (row < global) {
            ranges.add(0, Long.MAX_VALUE);
            return;
        }
        ranges.add(0, firstOther() * size);
        boolean near = false;
        for (int i = 0; i < draws(row); i++) {
            long block = drawn(head, row, i);
            if (!near && block > row) {
                ranges.add(windowStart(row) * size, windowEnd(row) * size);
                near = true;
            }
            ranges.add(block * size, (block + 1) * size);
        }
        if (!near) {
            ranges.add(windowStart(row) * size, windowEnd(row) * size);
        }
    }

    private void requireBlocks() {
        if (blocks == 0) {
            throw new IllegalStateException("A BigBird mask draws from the keys of a sequence; ask its forSequence.");
        }
    }

    /** The first block that is not global. */
    private long firstOther() {
        return Math.min(global, blocks);
    }

    /** The first block of the window that is not global. */
    private long windowStart(long row) {
        return Math.max(firstOther(), Math.min(blocks, row - window));
    }

    private long windowEnd(long row) {
        return Math.max(windowStart(row), Math.min(blocks, row + window + 1));
    }

    /** The number of blocks that are neither global nor in the window. */
    private long others(long row) {
        return blocks - firstOther() - (windowEnd(row) - windowStart(row));
    }

    private int draws(long row) {
        return (int) Math.min(random, others(row));
    }

    /** The block drawn from part {@code i} of the others. */
    private long drawn(int head, long row, int i) {
        long others = others(row);
        int draws = draws(row);
        long from = others * i / draws;
        long count = others * (i + 1) / draws - from;
        // 63 random bits as a fraction of 1, times the count.
        long bits = mix(mix(seed + mix(head + mix(row))) + i) >>> 1;
        long block = firstOther() + from + Math.multiplyHigh(bits, 2 * count);
        return block < windowStart(row) ? block : block + windowEnd(row) - windowStart(row);
    }

    /** The finishing step of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long x) {
        long z = x + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    @Override
    public long alikeUntil(long query) {
        return (query / size + 1) * size;
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        return new BigBirdMask(size, global, window, random, seed, (keys + size - 1) / size);
    }

    @Override
    public Mask shifted(long positions) {
        if (positions != 0) {
            throw new IllegalArgumentException(
                    "A BigBird mask is for queries that stand at their own positions, and these stand %d further on."
                            .formatted(positions));
        }
        return this;
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "BigBird(%d, global %d, window %d, random %d, seed %d%s)"
                .formatted(size, global, window, random, seed, blocks == 0 ? "" : ", blocks " + blocks);
    }
}
