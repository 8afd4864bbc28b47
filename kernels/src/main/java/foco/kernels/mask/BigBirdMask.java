package foco.kernels.mask;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Block sparse attention of Zaheer et al., "Big Bird" (2020), section 2 and appendix D. Positions are cut into blocks; a
 * block of queries sees its own, {@code window} blocks to either side, {@code random} others, and the first
 * {@code global} blocks, which themselves see all. The random ones are drawn by a hash of seed, head and block, so that
 * every machine draws the same and none has to remember them.
 *
 * @param keys the number of keys, from among whose blocks to draw; 0 before {@link #forSequence}
 */
record BigBirdMask(long size, long global, long window, int random, long seed, long keys) implements Mask {

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
        return row < global
                || block < global
                || Math.abs(row - block) <= window
                || LongStream.of(drawn(head, row)).anyMatch(drawn -> drawn == block);
    }

    @Override
    public void visible(int head, long query, KeyRanges ranges) {
        long row = query / size;
        if (row < global) {
            ranges.add(0, Long.MAX_VALUE);
            return;
        }
        ranges.add(0, Math.min(global, blocks()) * size);
        long windowStart = Math.max(0, row - window) * size;
        long windowEnd = Math.min(row + window + 1, blocks()) * size;
        boolean before = true;
        for (long block : drawn(head, row)) {
            if (before && block > row) {
                ranges.add(windowStart, windowEnd);
                before = false;
            }
            ranges.add(block * size, (block + 1) * size);
        }
        if (before) {
            ranges.add(windowStart, windowEnd);
        }
    }

    private long blocks() {
        if (keys == 0) {
            throw new IllegalStateException("A BigBird mask draws from the keys of a sequence; ask its forSequence.");
        }
        return (keys + size - 1) / size;
    }

    /** The random blocks that a block of queries sees: neither global nor in its window, all different, ascending. */
    private long[] drawn(int head, long row) {
        long blocks = blocks();
        long first = Math.min(global, blocks);
        long windowStart = Math.max(first, Math.min(blocks, row - window));
        long windowEnd = Math.max(windowStart, Math.min(blocks, row + window + 1));
        long others = blocks - first - (windowEnd - windowStart);
        int count = (int) Math.min(random, others);
        long[] drawn = new long[count];
        // Floyd's sample without replacement: as many draws as blocks wanted.
        for (int i = 0; i < count; i++) {
            long last = others - count + i;
            long other = Long.remainderUnsigned(mix(seed + mix(row + mix(head + mix(i)))), last + 1);
            long block = block(other, first, windowStart, windowEnd);
            boolean taken = false;
            for (int j = 0; j < i; j++) {
                taken |= drawn[j] == block;
            }
            drawn[i] = taken ? block(last, first, windowStart, windowEnd) : block;
        }
        Arrays.sort(drawn);
        return drawn;
    }

    /** The block at a place among those that are neither global nor in the window. */
    private static long block(long place, long first, long windowStart, long windowEnd) {
        long block = first + place;
        return block < windowStart ? block : block + windowEnd - windowStart;
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
    public Mask forSequence(String sequence, long queries, long keyCount) {
        return new BigBirdMask(size, global, window, random, seed, keyCount);
    }

    @Override
    public String toString() {
        return "BigBird(blocks of %d: %d global, %d to either side, %d random; seed %d)"
                .formatted(size, global, window, random, seed);
    }
}
