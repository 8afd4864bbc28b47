package foco.kernels.vector;

import foco.kernels.AttentionKernel;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Coverage;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.Panels;
import foco.kernels.tile.QueryBlock;

/**
 * Exact attention in float32 on the Vector API. Tiles of a few panels of queries and {@value #TILE_KEYS} keys:
 *
 * <pre>
 *   S^T = K Q^T        scores, a key's row by row, in units of log 2; modified and masked if need be
 *   m                  each query's reference: kept if no score of the tile can exceed it by much
 *   P^T = 2^(S^T - m)  weights, in place
 *   l += sums of P     o += P V
 * </pre>
 *
 * <p>Most tiles never look for their largest score. By Cauchy-Schwarz no score exceeds {@code |q| max|k|}, which is
 * known before the product is computed, and a modifier tells how it moves that bound. While that bound lies within {@value #SLACK} of a query's reference, the weights
 * cannot overflow, and float32 keeps their relative precision wherever they lie; so the reference stays, and nothing is
 * rescaled. Otherwise the tile's true maximum becomes the reference, as in online softmax. Each query decides for
 * itself, so its result does not depend on the queries beside it.
 */
public final class VectorKernel implements AttentionKernel {

    /** Keys in a tile: its scores, a panel of values and one of keys stay together in 32 KiB of L1. */
    static final int TILE_KEYS = 128;

    /** Query panels in a tile: as many as two vectors are wide. */
    private static final int TILE_PANELS = Math.max(1, 2 * Lanes.COUNT / Panels.WIDTH);

    private static final int PANEL = Panels.WIDTH;

    /** In units of log 2: weights up to 2^40 times 2^40 keys times values up to 2^40 stay within float32. */
    private static final int SLACK = 40;

    private static final float LARGE_VALUE = 0x1p40f;

    private final Mask mask;
    private final TileModifier[] modifiers;
    private final ScoreBounds bounds = new ScoreBounds();
    private final float[] scores = new float[TILE_PANELS * TILE_KEYS * PANEL];
    private final float[] maxima = new float[PANEL];
    private final float[] finite = new float[PANEL];
    private final float[] sums = new float[PANEL];
    private long tilesComputed;
    private long tilesSkipped;

    public VectorKernel(AttentionSpec spec) {
        this.mask = spec.mask();
        this.modifiers = spec.scores().stream().map(TileModifier::of).toArray(TileModifier[]::new);
    }

    @Override
    public String name() {
        return "vector, " + Lanes.SPECIES.vectorBitSize() + " bits";
    }

    @Override
    public void attend(QueryBlock queries, KeyValueBlock block, SoftmaxState state) {
        Coverage whole = coverage(queries, 0, queries.count(), block, 0, block.count());
        int tileQueries = TILE_PANELS * PANEL;
        if (whole == Coverage.NONE) {
            tilesSkipped += (long) ceilDiv(queries.count(), tileQueries) * ceilDiv(block.count(), TILE_KEYS);
            return;
        }
        for (TileModifier modifier : modifiers) {
            modifier.begin(tile(queries, 0, queries.count(), block, 0, block.count()));
        }
        for (int key = 0; key < block.count(); key += TILE_KEYS) {
            int keys = Math.min(TILE_KEYS, block.count() - key);
            for (int query = 0; query < queries.count(); query += tileQueries) {
                int count = Math.min(tileQueries, queries.count() - query);
                Coverage coverage = whole == Coverage.ALL ? whole : coverage(queries, query, count, block, key, keys);
                if (coverage == Coverage.ALL) {
                    attendTile(queries, query, count, block, key, keys, false, state);
                } else if (coverage == Coverage.PARTIAL) {
                    attendMasked(queries, query, count, block, key, keys, state);
                } else {
                    tilesSkipped++;
                }
            }
        }
    }

    @Override
    public long tilesComputed() {
        return tilesComputed;
    }

    @Override
    public long tilesSkipped() {
        return tilesSkipped;
    }

    private static int ceilDiv(int count, int size) {
        return (count + size - 1) / size;
    }

    /** Narrows a partly masked tile to the key panels that any of its queries sees. */
    private void attendMasked(
            QueryBlock queries, int query, int count, KeyValueBlock block, int key, int keys, SoftmaxState state) {
        int from = key;
        int to = key + keys;
        while (from < to && hidden(queries, query, count, block, from, Math.min(PANEL, to - from))) {
            from += PANEL;
        }
        while (to > from) {
            int last = (to - key - 1) / PANEL * PANEL + key;
            if (!hidden(queries, query, count, block, last, to - last)) {
                break;
            }
            to = last;
        }
        if (from < to) {
            attendTile(queries, query, count, block, from, to - from, true, state);
        } else {
            tilesSkipped++;
        }
    }

    private boolean hidden(QueryBlock queries, int query, int count, KeyValueBlock block, int key, int keys) {
        return coverage(queries, query, count, block, key, keys) == Coverage.NONE;
    }

    private Coverage coverage(QueryBlock queries, int query, int count, KeyValueBlock block, int key, int keys) {
        return mask.coverage(tile(queries, query, count, block, key, keys));
    }

    private static Tile tile(QueryBlock queries, int query, int count, KeyValueBlock block, int key, int keys) {
        return new Tile(queries.head(), queries.firstQuery() + query, count, block.firstKey() + key, keys);
    }

    private void attendTile(
            QueryBlock queries,
            int query,
            int count,
            KeyValueBlock block,
            int key,
            int keys,
            boolean masked,
            SoftmaxState state) {
        tilesComputed++;
        int panels = Panels.count(count);
        scores(queries, query / PANEL, panels, block, key, keys);
        for (int p = 0; p < panels; p++) {
            int row = query + p * PANEL;
            int rows = Math.min(PANEL, count - p * PANEL);
            int offset = p * TILE_KEYS * PANEL;
            bounds.reset(queries.norms(), row, block.maxKeyNorm());
            modify(tile(queries, row, rows, block, key, keys), block, offset, masked);
            weigh(row, block, offset, keys, state);
            addValues(block, key, keys, offset, row, state);
        }
    }

    /** {@code S^T = K Q^T} for the tile's query panels. */
    private void scores(QueryBlock queries, int panel, int panels, KeyValueBlock block, int key, int keys) {
        int depth = block.keyWidth();
        float[] k = block.keys().values();
        float[] q = queries.values().values();
        int q0 = queries.values().offset(panel);
        for (int j = 0; j < keys; j += PANEL) {
            int k0 = block.keys().offset((key + j) / PANEL);
            int c0 = j * PANEL;
            if (Lanes.COUNT == PANEL) {
                int c1 = c0 + TILE_KEYS * PANEL;
                if (panels == 2) {
                    TileProduct.panelByTwo(depth, k, k0, q, q0, q0 + depth * PANEL, scores, c0, c1, PANEL, false);
                } else {
                    TileProduct.panelByOne(depth, k, k0, q, q0, scores, c0, PANEL, false);
                }
            } else {
                for (int v = 0; v < PANEL; v += 2 * Lanes.COUNT) {
                    int b = q0 + v;
                    int c = c0 + v;
                    TileProduct.panelByTwo(
                            depth, k, k0, q, b, b + Lanes.COUNT, scores, c, c + Lanes.COUNT, PANEL, false);
                }
            }
        }
    }

    /** Hides what the mask hides, and then applies the modifiers in order. */
    private void modify(Tile panel, KeyValueBlock block, int offset, boolean masked) {
        if (masked) {
            mask.fill(panel, scores, offset, PANEL);
            bounds.hide();
        }
        if (modifiers.length > 0) {
            long key = panel.firstKey() - block.firstKey();
            long tileKey = block.firstKey() + key / TILE_KEYS * TILE_KEYS;
            for (TileModifier modifier : modifiers) {
                modifier.apply(panel, tileKey, scores, offset, bounds);
            }
        }
    }

    /** Settles the references of a panel's queries and turns its scores into weights. */
    private void weigh(int row, KeyValueBlock block, int offset, int keys, SoftmaxState state) {
        float[] reference = state.reference();
        float slack = block.maxValue() > LARGE_VALUE ? 0 : SLACK;
        boolean within = true;
        boolean clamp = bounds.isHidden();
        for (int i = 0; i < PANEL; i++) {
            float m = reference[row + i];
            within &= bounds.high[i] <= m + slack;
            clamp |= !(bounds.low[i] - m >= TileSoftmax.SMALLEST);
        }
        if (!within) {
            TileSoftmax.maxima(scores, offset, keys, maxima);
            for (int i = 0; i < PANEL; i++) {
                float m = reference[row + i];
                if (!(bounds.high[i] <= m + slack) && maxima[i] > m) {
                    state.rescale(row + i, maxima[i]);
                }
            }
            clamp = true;
        }
        for (int i = 0; i < PANEL; i++) {
            float m = reference[row + i];
            finite[i] = m == Float.NEGATIVE_INFINITY ? 0 : m;
        }
        TileSoftmax.weigh(scores, offset, keys, finite, clamp, sums);
        for (int i = 0; i < PANEL; i++) {
            state.addToSum(row + i, sums[i]);
        }
    }

    /** {@code O += P V} for one panel of queries. */
    private void addValues(KeyValueBlock block, int key, int keys, int offset, int row, SoftmaxState state) {
        int stride = state.stride();
        VectorProduct.multiply(keys, scores, offset, block.values(), key, state.weighted(), row * stride, stride);
    }
}
