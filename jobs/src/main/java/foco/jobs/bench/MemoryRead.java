package foco.jobs.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads memory and does as little else as can be: adds up whole numbers, which the compiler does in vectors. */
final class MemoryRead implements Work {
    private static final int CHUNK = 1 << 20;

    private final List<int[]> chunks = new ArrayList<>();
    private int next;
    private long sum;

    /** @param bytes to go round in; more than any cache has */
    MemoryRead(long bytes) {
        for (long made = 0; made < bytes; made += (long) CHUNK * Integer.BYTES) {
            int[] chunk = new int[CHUNK];
            Arrays.setAll(chunk, i -> i);
            chunks.add(chunk);
        }
    }

    /** Reads a chunk; returns its bytes. */
    @Override
    public double run() {
        int total = 0;
        for (int number : chunks.get(next)) {
            total += number;
        }
        sum += total;
        next = (next + 1) % chunks.size();
        return (double) CHUNK * Integer.BYTES;
    }

    /** Of all that was read, so that the reading cannot be left out. */
    long sum() {
        return sum;
    }
}
