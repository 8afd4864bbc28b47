package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.mask.KeyRanges;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.Panels;
import foco.kernels.tile.QueryBlock;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * A tile of queries and a block of keys of which they see a few that stand alone, each query one key further on than the
 * query before it, as far from a query under a strided mask. Of a panel of 16 queries and such a diagonal 16 pairs are
 * computed, a lane each, where a product of panels computes 256, or 512 if the diagonal lies across two panels of keys.
 *
 * <p>A row of scores holds one diagonal: the scores of 16 queries, each with a key of its own. The block's tiles of keys
 * are gone through one after another, and a score, a weight and an output are the same chains of the same operations as in
 * {@link TileProduct} and {@link TileSoftmax}, where what is hidden adds zeros. So the bits are the same either way.
 */
final class TileDiagonals {

    /** If diagonals are closer than that, the products of panels are as fast. */
    private static final int LEAST_DISTANCE = 8;

    /** Floats in a line of the cache, or in a part of one. */
    private static final int CACHE_LINE = 16;

    private static final int LANES = Lanes.COUNT;
    private static final int PANEL = Panels.WIDTH;

    private final KeyRanges ranges = new KeyRanges();
    private final LaneProducts products = new LaneProducts();

    /** Of each diagonal, ascending, the key of the tile's first query, counted from the block's first. */
    private int[] starts = new int[0];

    private int count;

    /** The tile's panels of queries, a row of 16 before each and one behind. */
    private float[] padded = new float[0];

    /** Of each panel and diagonal 32 products, 16 of which are scores. */
    private float[] sums = new float[0];

    /** The diagonals that have keys for a panel in a tile of keys, and where that tile begins and ends in its block. */
    private int first;

    private int end;
    private int key;
    private int keyEnd;

    /** What was read ahead, of no use but that it was read. */
    private float read;

    private final float[] part = new float[PANEL * PANEL];

    /**
     * Brings a block into the cache, front to back, which is how a processor fetches memory fastest. Diagonals take a panel
     * here and there, and there is so little to do with each that they would wait for most: a fifth more time in all.
     */
    void readAhead(KeyValueBlock block) {
        read = 0;
        for (float[] values :
                new float[][] {block.keys().values(), block.values().values()}) {
            for (int at = 0; at < values.length; at += CACHE_LINE) {
                read += values[at];
            }
        }
    }

    /** Whether all that a tile's queries see of a block's keys are a few diagonals, which are then remembered. */
    boolean find(Mask mask, Tile tile) {
        int further = tile.queries() - 1;
        if (mask.slidesUntil(tile.firstQuery()) <= tile.firstQuery() + further) {
            return false;
        }
        ranges.reset(tile.firstKey() - further, tile.firstKey() + tile.keys());
        mask.visible(tile.head(), tile.firstQuery(), ranges);
        count = ranges.count();
        if ((count - 1) * LEAST_DISTANCE > tile.keys() + further) {
            return false;
        }
        starts = starts.length < count ? new int[count] : starts;
        for (int d = 0; d < count; d++) {
            if (ranges.to(d) - ranges.from(d) > 1) {
                return false;
            }
            starts[d] = (int) (ranges.from(d) - tile.firstKey());
        }
        return true;
    }

    /** Whether any of the tile's {@code queries} sees any of the keys {@code from .. to - 1} of the block. */
    boolean anyIn(int from, int to, int queries) {
        for (int d = 0; d < count; d++) {
            if (starts[d] < to && starts[d] + queries > from) {
                return true;
            }
        }
        return false;
    }

    /**
     * Multiplies the tile's queries with the keys that they see.
     *
     * @param panel the first of the tile's {@code panels} in their block
     */
    void multiply(QueryBlock queries, int panel, int panels, KeyValueBlock block) {
        Panels keys = block.keys();
        int length = Panels.even(queries.keyWidth()) * PANEL;
        if (sums.length < (2 * panels * count + 1) * PANEL) {
            sums = new float[(2 * panels * count + 1) * PANEL];
        }
        if (padded.length < panels * (length + 2 * PANEL)) {
            padded = new float[panels * (length + 2 * PANEL)];
        }
        for (int p = 0; p < panels; p++) {
            int q0 = p * (length + 2 * PANEL) + PANEL;
            System.arraycopy(queries.values().values(), queries.values().offset(panel + p), padded, q0, length);
            for (int d = 0; d < count; d++) {
                int start = starts[d] + p * PANEL;
                int of = Math.floorDiv(start, PANEL);
                int within = Math.floorMod(start, PANEL);
                int sum = sum(p, d);
                // The lanes are the keys': query 0 moves to where its key is, and the last ones to the next panel.
                if (of >= 0 && of < Panels.count(block.count())) {
                    products.add(q0 - within, keys.offset(of), sum);
                }
                if (within > 0 && of >= -1 && of + 1 < Panels.count(block.count())) {
                    products.add(q0 - within + PANEL, keys.offset(of + 1), sum + PANEL);
                }
            }
        }
        products.run(queries.keyWidth(), padded, keys.values(), sums, 2 * panels * count * PANEL);
    }

    /** Where the products of a panel and a diagonal stand. */
    private int sum(int panel, int diagonal) {
        return 2 * PANEL * (panel * count + diagonal);
    }

    /**
     * The scores of a panel of the tile and a tile of keys, of query {@code i} at {@code 16 row + i}; what becomes of
     * those whose keys lie outside of it is not said.
     *
     * @param from the first of the keys in their block
     * @return the number of rows
     */
    int scores(int panel, int from, int to, float[] scores) {
        key = from;
        keyEnd = to;
        first = 0;
        while (first < count && starts[first] + (panel + 1) * PANEL <= from) {
            first++;
        }
        end = first;
        while (end < count && starts[end] + panel * PANEL < to) {
            int within = Math.floorMod(starts[end], PANEL);
            System.arraycopy(sums, sum(panel, end) + within, scores, (end - first) * PANEL, PANEL);
            end++;
        }
        return end - first;
    }

    /** Sets to -infinity the scores whose keys lie outside of the tile. */
    void hide(int panel, float[] scores) {
        for (int d = first; d < end; d++) {
            int start = starts[d] + panel * PANEL;
            int row = (d - first) * PANEL;
            for (int i = 0; i < key - start; i++) {
                scores[row + i] = Float.NEGATIVE_INFINITY;
            }
            for (int i = Math.max(0, keyEnd - start); i < PANEL; i++) {
                scores[row + i] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    /**
     * Adds to outputs the values of their keys by weights, which came of the scores; a last odd row of scores is followed
     * by one of weights 0.
     *
     * @param width the queries of the panel
     * @param outputs that of query {@code i} at {@code at + i * stride}
     */
    void addValues(int width, int panel, Panels values, float[] weights, float[] outputs, int at, int stride) {
        int start0 = starts[first] + panel * PANEL;
        int start1 = starts[end - 1] + panel * PANEL;
        boolean inside = start0 >= 0 && start1 + width <= values.rows();
        float[] v = values.values();
        for (int column = 0; column < stride / PANEL; column++) {
            int zero = values.offset(column);
            int output = at + column * PANEL;
            if (inside && end - first <= 2) {
                addTwo(width, weights, v, zero + start0 * PANEL, zero + start1 * PANEL, outputs, output, stride);
            } else {
                Arrays.fill(part, 0);
                for (int d = first; d < end; d++) {
                    int start = starts[d] + panel * PANEL;
                    int from = Math.max(0, -start);
                    int to = Math.min(width, values.rows() - start);
                    addOne(from, to, weights, (d - first) * PANEL, v, zero + start * PANEL, part);
                }
                TileProduct.add(width, part, PANEL, outputs, output, stride);
            }
        }
    }

    /** Adds to 16 columns of output {@code i} those of two values by the weights of the first two rows. */
    private static void addTwo(
            int rows, float[] weights, float[] values, int v0, int v1, float[] outputs, int at, int stride) {
        for (int lane = 0; lane < PANEL; lane += LANES) {
            FloatVector zero = FloatVector.zero(SPECIES);
            for (int i = 0; i < rows; i++) {
                FloatVector x0 = FloatVector.fromArray(SPECIES, values, v0 + i * PANEL + lane);
                FloatVector x1 = FloatVector.fromArray(SPECIES, values, v1 + i * PANEL + lane);
                FloatVector p0 = FloatVector.broadcast(SPECIES, weights[i]);
                FloatVector p1 = FloatVector.broadcast(SPECIES, weights[PANEL + i]);
                int o = at + i * stride + lane;
                TYPE.cast(FloatVector.fromArray(SPECIES, outputs, o).add(p1.fma(x1, p0.fma(x0, zero))))
                        .intoArray(outputs, o);
            }
        }
    }

    /** Adds 16 columns of value {@code i} by weight {@code i} to row {@code i} of {@code sums}. */
    private static void addOne(int from, int to, float[] weights, int w0, float[] values, int v0, float[] sums) {
        for (int lane = 0; lane < PANEL; lane += LANES) {
            for (int i = from; i < to; i++) {
                int at = i * PANEL + lane;
                TYPE.cast(FloatVector.broadcast(SPECIES, weights[w0 + i])
                                .fma(
                                        FloatVector.fromArray(SPECIES, values, v0 + at),
                                        FloatVector.fromArray(SPECIES, sums, at)))
                        .intoArray(sums, at);
            }
        }
    }
}
