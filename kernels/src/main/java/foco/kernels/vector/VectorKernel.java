package foco.kernels.vector;

import foco.kernels.AttentionSpec;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.Panels;
import foco.kernels.tile.QueryBlock;
import foco.kernels.tile.Scaling;

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
 * known before the product is computed, and a modifier tells how it moves that bound. While the bound lies within
 * {@value #SLACK} of a query's reference, the weights cannot overflow, and float32 keeps their relative precision wherever
 * they lie; so the reference stays, and nothing is rescaled. Otherwise the tile's true maximum becomes the reference, as
 * in online softmax. Each query decides for itself, so its result does not depend on the queries beside it.
 */
public final class VectorKernel extends TileSweep implements AttentionKernel {

    /**
     * Keys in a tile: its scores are 16 KiB, as is a panel of values, so that L1 and L2 keep them. Half as many lose a
     * twentieth to what is done once a tile, more gain little. The same on all machines: rounding depends on it.
     */
    static final int TILE_KEYS = 256;

    /** In units of log 2: weights up to 2^40 times 2^40 keys times values up to 2^40 stay within float32. */
    private static final int SLACK = 40;

    private static final float LARGE_VALUE = 0x1p40f;

    /** Weights up to 1 times 2^40 keys times larger values leave float32. */
    private static final float HUGE_VALUE = 0x1p86f;

    private final TileDiagonals diagonals = new TileDiagonals();

    /** The state of the queries at hand. */
    private SoftmaxState state;

    /** The values of the tile at hand, and the first of them. */
    private Panels values = Panels.zeros(0, 0);

    private int firstValue;
    private KeyTile gatheredTile;
    private double gatheredUnit;
    private Panels gathered = Panels.zeros(0, 0);
    private final float[] part = VectorProduct.newPart();

    /** The references of a panel's queries, less their base. */
    private final float[] relative = new float[PANEL];

    private final float[] sums = new float[PANEL];

    public VectorKernel(AttentionSpec spec) {
        super(spec);
    }

    @Override
    public String name() {
        return "vector, " + Lanes.SPECIES.vectorBitSize() + " bits";
    }

    @Override
    public void attend(QueryBlock queries, KeyValueBlock block, SoftmaxState into) {
        state = into;
        sweep(queries, block);
    }

    @Override
    public long tilesComputed() {
        return tilesComputed;
    }

    @Override
    public long tilesSkipped() {
        return tilesSkipped;
    }

    @Override
    double[] references() {
        return state.reference();
    }

    @Override
    void beginTile(KeyTile tile) {
        if (tile.block().maxValue() > HUGE_VALUE) {
            state.shrinkValues();
        }
        boolean asTheyLie = tile.isOneRun() && state.valueUnit() == 1;
        values = asTheyLie ? tile.block().values() : gathered(tile);
        firstValue = asTheyLie ? tile.key() + tile.firstSeen() : 0;
    }

    @Override
    void take(QueryBlock queries, int row, int panel, int count, KeyTile tile) {
        int offset = panel * TILE_KEYS * PANEL;
        int rows = tile.rows();
        weigh(row, tile.block(), offset, rows);
        int stride = state.stride();
        VectorProduct.multiply(
                count, rows, scores, offset, values, firstValue, state.weighted(), row * stride, stride, part);
    }

    /** The tiles that see but {@link TileDiagonals diagonals} of the block's keys. */
    @Override
    void takeShortcuts(QueryBlock queries, KeyValueBlock block) {
        // Modifiers are for rows of one key, and values that are kept in another unit are gathered.
        if (modifiers.length > 0 || block.maxValue() > HUGE_VALUE || state.valueUnit() != 1) {
            return;
        }
        boolean isFirst = true;
        for (int query = 0; query < queries.count(); query += TILE_QUERIES) {
            int count = Math.min(TILE_QUERIES, queries.count() - query);
            if (diagonals.find(here, tile(queries, query, count, block, 0, block.count()))) {
                if (isFirst) {
                    diagonals.readAhead(block);
                    isFirst = false;
                }
                attendDiagonals(queries, query, count, block);
                left.clear(query / TILE_QUERIES);
            }
        }
    }

    /** All tiles of keys for one panel of queries after another, which stays in L1 meanwhile: there is little to do in each. */
    private void attendDiagonals(QueryBlock queries, int query, int count, KeyValueBlock block) {
        diagonals.multiply(queries, query / PANEL, Panels.count(count), block);
        for (int key = 0; key < block.count(); key += TILE_KEYS) {
            boolean any = diagonals.anyIn(key, Math.min(block.count(), key + TILE_KEYS), count);
            tilesComputed += any ? 1 : 0;
            tilesSkipped += any ? 0 : 1;
        }
        for (int p = 0; p < Panels.count(count); p++) {
            int row = query + p * PANEL;
            int width = Math.min(PANEL, count - p * PANEL);
            known.reset(queries.norms(), row, block.maxKeyNorm());
            for (int key = 0; key < block.count(); key += TILE_KEYS) {
                int rows = diagonals.scores(p, key, Math.min(block.count(), key + TILE_KEYS), scores);
                if (rows == 0) {
                    continue;
                }
                if (known.mayOverflow()) {
                    spoilOverflow(0, rows);
                }
                diagonals.hide(p, scores);
                weigh(row, block, 0, rows);
                int stride = state.stride();
                diagonals.addValues(width, p, block.values(), scores, state.weighted(), row * stride, stride);
            }
        }
    }

    /** The values of a tile's seen keys, one after the other and in the state's unit. */
    private Panels gathered(KeyTile tile) {
        if (tile == gatheredTile && state.valueUnit() == gatheredUnit) {
            return gathered;
        }
        int width = tile.block().valueWidth();
        gathered = gathered.columns() == width ? gathered : Panels.zeros(TILE_KEYS, width);
        tile.gatherValues(gathered);
        if (state.valueUnit() != 1) {
            float[] values = gathered.values();
            Scaling.scale(1 / state.valueUnit(), values, 0, values.length);
        }
        gatheredTile = tile;
        gatheredUnit = state.valueUnit();
        return gathered;
    }

    /** Settles the references of a panel's queries and turns its scores into weights. */
    private void weigh(int row, KeyValueBlock block, int offset, int keys) {
        double[] reference = state.reference();
        float slack = block.maxValue() > LARGE_VALUE ? 0 : SLACK;
        boolean within = true;
        for (int i = 0; i < PANEL; i++) {
            relative[i] = (float) (reference[row + i] - known.base[i]);
            within &= known.high[i] <= relative[i] + slack;
        }
        if (!within) {
            TileSoftmax.maxima(scores, offset, keys, maxima);
            for (int i = 0; i < PANEL; i++) {
                if (!(known.high[i] <= relative[i] + slack)) {
                    refer(row + i, maxima[i] + known.base[i]);
                    relative[i] = (float) (reference[row + i] - known.base[i]);
                }
            }
        }
        for (int i = 0; i < PANEL; i++) {
            relative[i] = relative[i] == Float.NEGATIVE_INFINITY ? 0 : relative[i];
        }
        TileSoftmax.weigh(scores, offset, keys, relative, sums);
        for (int i = 0; i < PANEL; i++) {
            state.addToSum(row + i, sums[i]);
        }
    }

    /** Makes the largest of a tile's scores a query's reference if it is larger; one that is no number spoils the query. */
    private void refer(int row, double largest) {
        if (!(largest < Double.POSITIVE_INFINITY)) {
            state.rescale(row, 0);
            state.addToSum(row, Double.NaN);
        } else if (largest > state.reference()[row]) {
            state.rescale(row, largest);
        }
    }
}
