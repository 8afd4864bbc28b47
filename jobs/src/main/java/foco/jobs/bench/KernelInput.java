package foco.jobs.bench;

import foco.kernels.AttentionSpec;
import foco.kernels.tile.KeyValueBlock;

/**
 * The input of a {@link KernelCase} as a task of Foco's finds it: keys and values packed once, queries as they came. May
 * be shared by threads.
 */
final class KernelInput {
    /** Rows of a block of queries, and of keys: the default of {@code spark.foco.block.rows}. */
    static final int BLOCK_ROWS = 768;

    private final KernelCase timed;
    private final AttentionSpec spec;
    private final float[][][] queries;
    private final double[][] operations;
    private final KeyValueBlock[][] keys;

    KernelInput(KernelCase timed) {
        this.timed = timed;
        this.spec = timed.spec();
        this.queries = new float[timed.heads()][blocks(timed.queries())][];
        this.operations = new double[timed.heads()][queries[0].length];
        this.keys = new KeyValueBlock[timed.heads()][blocks(timed.keys())];
        for (int h = 0; h < timed.heads(); h++) {
            for (int b = 0; b < queries[h].length; b++) {
                int rows = rows(timed.queries(), b);
                queries[h][b] = RandomRows.of(seed(h, b, 0), rows * timed.width());
                long pairs = spec.mask().pairs(h, (long) b * BLOCK_ROWS, rows, timed.keys());
                operations[h][b] = 4.0 * timed.width() * pairs;
            }
            for (int b = 0; b < keys[h].length; b++) {
                keys[h][b] = pack(h, b);
            }
        }
    }

    private KeyValueBlock pack(int head, int block) {
        int width = timed.width();
        int count = rows(timed.keys(), block);
        float[] k = RandomRows.of(seed(head, block, 1), count * width);
        float[] v = RandomRows.of(seed(head, block, 2), count * width);
        return KeyValueBlock.pack((long) block * BLOCK_ROWS, count, k, 0, width, width, v, 0, width, width);
    }

    private static long seed(int head, int block, int role) {
        return ((long) head << 40) + ((long) block << 2) + role;
    }

    private static int blocks(long rows) {
        return Math.toIntExact((rows + BLOCK_ROWS - 1) / BLOCK_ROWS);
    }

    private static int rows(long rows, int block) {
        return (int) Math.min(BLOCK_ROWS, rows - (long) block * BLOCK_ROWS);
    }

    KernelCase timed() {
        return timed;
    }

    AttentionSpec spec() {
        return spec;
    }

    /** The blocks of queries in a head. */
    int queryBlocks() {
        return queries[0].length;
    }

    /** The queries of a block, {@code [rows, width]}. */
    float[] queries(int head, int block) {
        return queries[head][block];
    }

    /**
     * The operations that a block of queries takes: {@code 2 (keyWidth + valueWidth)} for every key that one of them sees,
     * which over all blocks is {@code 4 queries keys width} dense, and half of it causal.
     */
    double operations(int head, int block) {
        return operations[head][block];
    }

    /** All keys and values of a head. */
    KeyValueBlock[] keys(int head) {
        return keys[head];
    }
}
