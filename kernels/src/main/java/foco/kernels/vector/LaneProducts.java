package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.tile.Panels;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Dot products lane by lane: of a panel of queries and one of keys only those of query {@code i} and key {@code i}. Each is
 * the same chain of multiply-adds as an element of a {@link TileProduct}.
 *
 * <p>They are run four at a time, so that their chains hide each other's latency.
 */
final class LaneProducts {

    private static final int LANES = Lanes.COUNT;
    private static final int PANEL = Panels.WIDTH;
    private static final int AT_ONCE = 4;

    private int[] queries = new int[0];
    private int[] keys = new int[0];
    private int[] sums = new int[0];
    private int count;

    /**
     * To be done: 16 products.
     *
     * @param query where the queries' first row of 16 lanes stands, each next one behind it
     * @param key the same of the keys
     * @param sum where the products go
     */
    void add(int query, int key, int sum) {
        if (count == queries.length) {
            int room = 2 * count + AT_ONCE;
            queries = Arrays.copyOf(queries, room);
            keys = Arrays.copyOf(keys, room);
            sums = Arrays.copyOf(sums, room);
        }
        queries[count] = query;
        keys[count] = key;
        sums[count++] = sum;
    }

    /** Does all that is to be done, and at {@code unused} up to three more for nothing. */
    void run(int depth, float[] q, float[] k, float[] c, int unused) {
        while (count % AT_ONCE != 0) {
            add(queries[0], keys[0], unused);
        }
        for (int d = 0; d < count; d += AT_ONCE) {
            for (int lane = 0; lane < PANEL; lane += LANES) {
                four(d, lane, depth, q, k, c);
            }
        }
        count = 0;
    }

    private void four(int d, int lane, int depth, float[] q, float[] k, float[] c) {
        int q0 = queries[d] + lane;
        int q1 = queries[d + 1] + lane;
        int q2 = queries[d + 2] + lane;
        int q3 = queries[d + 3] + lane;
        int k0 = keys[d] + lane;
        int k1 = keys[d + 1] + lane;
        int k2 = keys[d + 2] + lane;
        int k3 = keys[d + 3] + lane;
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        int end = Panels.even(depth) * PANEL;
        for (int e = 0; e < end; e += PANEL) {
            s0 = FloatVector.fromArray(SPECIES, k, k0 + e).fma(FloatVector.fromArray(SPECIES, q, q0 + e), s0);
            s1 = FloatVector.fromArray(SPECIES, k, k1 + e).fma(FloatVector.fromArray(SPECIES, q, q1 + e), s1);
            s2 = FloatVector.fromArray(SPECIES, k, k2 + e).fma(FloatVector.fromArray(SPECIES, q, q2 + e), s2);
            s3 = FloatVector.fromArray(SPECIES, k, k3 + e).fma(FloatVector.fromArray(SPECIES, q, q3 + e), s3);
        }
        TYPE.cast(s0).intoArray(c, sums[d] + lane);
        TYPE.cast(s1).intoArray(c, sums[d + 1] + lane);
        TYPE.cast(s2).intoArray(c, sums[d + 2] + lane);
        TYPE.cast(s3).intoArray(c, sums[d + 3] + lane);
    }
}
