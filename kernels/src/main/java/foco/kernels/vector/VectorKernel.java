package foco.kernels.vector;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.AskedMask;
import foco.kernels.mask.Coverage;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.Panels;
import foco.kernels.tile.QueryBlock;
import foco.kernels.tile.Scaling;
import java.util.Arrays;
import java.util.BitSet;

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
public final class VectorKernel implements AttentionKernel {

    /**
     * Keys in a tile: its scores are 16 KiB, as is a panel of values, so that L1 and L2 keep them. Half as many lose a
     * twentieth to what is done once a tile, more gain little. The same on all machines: rounding depends on it.
     */
    static final int TILE_KEYS = 256;

    private static final int TILE_PANELS = Lanes.SHAPE.tilePanels();

    private static final int PANEL = Panels.WIDTH;
    private static final int TILE_QUERIES = TILE_PANELS * PANEL;

    /** In units of log 2: weights up to 2^40 times 2^40 keys times values up to 2^40 stay within float32. */
    private static final int SLACK = 40;

    private static final float LARGE_VALUE = 0x1p40f;

    /** Weights up to 1 times 2^40 keys times larger values leave float32. */
    private static final float HUGE_VALUE = 0x1p86f;

    private final Mask mask;
    private final TileModifier[] modifiers;
    private final WholeScores whole;
    private final PanelScores known = new PanelScores();
    private final SeenPanels seenPanels = new SeenPanels();
    private final SeenKeys seenKeys = new SeenKeys();
    private final TileDiagonals diagonals = new TileDiagonals();

    private final AskedMask asked = new AskedMask();

    /** The mask as it is for the blocks at hand. */
    private Mask here = Mask.full();

    /** The tiles of queries that are yet to be done. */
    private final BitSet left = new BitSet();

    private final long[] seen = new long[SeenPanels.TILE_WORDS];
    private Panels gatheredKeys = Panels.zeros(0, 0);
    private KeyTile gatheredTile;
    private double gatheredUnit;
    private Panels gathered = Panels.zeros(0, 0);
    private final float[] scores = new float[TILE_PANELS * TILE_KEYS * PANEL];
    private final float[] part = VectorProduct.newPart();
    private final float[] maxima = new float[PANEL];

    /** The references of a panel's queries, less their base. */
    private final float[] relative = new float[PANEL];

    private final float[] sums = new float[PANEL];
    private long tilesComputed;
    private long tilesSkipped;

    public VectorKernel(AttentionSpec spec) {
        this.mask = spec.mask();
        this.modifiers = TileModifier.of(spec.scores());
        this.whole = new WholeScores(spec.scores());
    }

    @Override
    public String name() {
        return "vector, " + Lanes.SPECIES.vectorBitSize() + " bits";
    }

    @Override
    public void attend(QueryBlock queries, KeyValueBlock block, SoftmaxState state) {
        Tile pair = tile(queries, 0, queries.count(), block, 0, block.count());
        Coverage whole = coverage(pair);
        if (whole == Coverage.NONE) {
            tilesSkipped += (long) ceilDiv(queries.count(), TILE_QUERIES) * ceilDiv(block.count(), TILE_KEYS);
            return;
        }
        left.clear();
        left.set(0, ceilDiv(queries.count(), TILE_QUERIES));
        if (whole == Coverage.PARTIAL) {
            attendDiagonals(queries, block, state);
            if (left.isEmpty()) {
                return;
            }
            seenPanels.find(here, pair, TILE_QUERIES);
        }
        for (TileModifier modifier : modifiers) {
            modifier.begin(pair);
        }
        for (int key = 0; key < block.count(); key += TILE_KEYS) {
            int keys = Math.min(TILE_KEYS, block.count() - key);
            int every = (1 << Panels.count(keys)) - 1;
            KeyTile keyTile = KeyTile.ofPanels(block, key, keys, every);
            for (int tile = left.nextSetBit(0); tile >= 0; tile = left.nextSetBit(tile + 1)) {
                int query = tile * TILE_QUERIES;
                int any = whole == Coverage.ALL ? every : seenPanels.any(tile, key / PANEL);
                int all = whole == Coverage.ALL ? every : seenPanels.all(tile, key / PANEL);
                if (any == 0) {
                    tilesSkipped++;
                } else {
                    int count = Math.min(TILE_QUERIES, queries.count() - query);
                    boolean single = (any & ~all) != 0 && 2 * seenPanels.anyKeys(tile, key, seen) <= panelKeys(any);
                    keyTile = single ? single(keyTile) : panels(keyTile, any);
                    boolean masked = single ? seenPanels.anyDiffer(tile, key) : (any & ~all) != 0;
                    attendTile(queries, query, count, keyTile, masked, state);
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

    private static Tile tile(QueryBlock queries, int query, int count, KeyValueBlock block, int key, int keys) {
        return new Tile(queries.head(), queries.firstQuery() + query, count, block.firstKey() + key, keys);
    }

    private static int panelKeys(int panels) {
        return Integer.bitCount(panels) * PANEL;
    }

    /** The tile of the same keys as the one before it, if that is the same, of whole panels. */
    private static KeyTile panels(KeyTile last, int panels) {
        boolean same = last.source() == last.block().keys() && last.panels() == panels;
        return same ? last : KeyTile.ofPanels(last.block(), last.key(), last.keys(), panels);
    }

    /** And of the single keys that are {@link #seen}: half of those in their panels or fewer, so that copying pays. */
    private KeyTile single(KeyTile last) {
        KeyValueBlock block = last.block();
        if (last.source() != block.keys() && Arrays.equals(last.seen(), seen)) {
            return last;
        }
        boolean fits = gatheredKeys.rows() == block.keyWidth();
        gatheredKeys = fits ? gatheredKeys : Panels.zeros(block.keyWidth(), TILE_KEYS);
        return KeyTile.ofKeys(block, last.key(), last.keys(), seen, gatheredKeys);
    }

    /** Finds out what is seen of two blocks: from a function by asking about every pair, once. */
    private Coverage coverage(Tile pair) {
        Coverage coverage = mask.knownCoverage(pair);
        if (coverage == Coverage.PARTIAL) {
            here = mask.within(pair);
            if (!here.givesRanges()) {
                asked.ask(here, pair);
                here = asked;
                coverage = here.coverage(pair);
            }
        }
        return coverage;
    }

    /** Does the tiles that see but {@link TileDiagonals diagonals} of the block's keys, and leaves the others. */
    private void attendDiagonals(QueryBlock queries, KeyValueBlock block, SoftmaxState state) {
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
                attendDiagonals(queries, query, count, block, state);
                left.clear(query / TILE_QUERIES);
            }
        }
    }

    /** All tiles of keys for one panel of queries after another, which stays in L1 meanwhile: there is little to do in each. */
    private void attendDiagonals(QueryBlock queries, int query, int count, KeyValueBlock block, SoftmaxState state) {
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
                weigh(row, block, 0, rows, state);
                int stride = state.stride();
                diagonals.addValues(width, p, block.values(), scores, state.weighted(), row * stride, stride);
            }
        }
    }

    private void attendTile(
            QueryBlock queries, int query, int count, KeyTile tile, boolean masked, SoftmaxState state) {
        tilesComputed++;
        KeyValueBlock block = tile.block();
        int panels = Panels.count(count);
        scores(queries, query / PANEL, panels, tile);
        if (masked) {
            seenKeys.find(here, tile(queries, query, count, block, tile.key(), tile.keys()));
        }
        if (block.maxValue() > HUGE_VALUE) {
            state.shrinkValues();
        }
        boolean asTheyLie = tile.isOneRun() && state.valueUnit() == 1;
        Panels values = asTheyLie ? block.values() : gathered(tile, state);
        int firstValue = asTheyLie ? tile.key() + tile.firstSeen() : 0;
        int rows = tile.rows();
        for (int p = 0; p < panels; p++) {
            int row = query + p * PANEL;
            int offset = p * TILE_KEYS * PANEL;
            known.reset(queries.norms(), row, block.maxKeyNorm());
            if (known.mayOverflow()) {
                spoilOverflow(offset, rows);
            }
            int width = Math.min(PANEL, count - p * PANEL);
            modify(queries, row, p, width, tile, masked);
            if (known.doubtful() != 0) {
                TileSoftmax.maxima(scores, offset, rows, maxima);
                known.lookAtLargest(maxima, state.reference(), row);
            }
            int inexact = known.inexact() & (1 << width) - 1;
            if (inexact != 0) {
                whole.keep(scores, offset, rows);
                scores(queries, query / PANEL, panels, tile);
                modifyWhole(queries, row, p, width, tile, masked, inexact);
            }
            weigh(row, block, offset, rows, state);
            int stride = state.stride();
            VectorProduct.multiply(
                    width, rows, scores, offset, values, firstValue, state.weighted(), row * stride, stride, part);
        }
    }

    /** The values of a tile's seen keys, one after the other and in the state's unit. */
    private Panels gathered(KeyTile tile, SoftmaxState state) {
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

    /** {@code S^T = K Q^T} for the tile's query panels. */
    private void scores(QueryBlock queries, int panel, int panels, KeyTile tile) {
        int depth = queries.keyWidth();
        Panels keys = tile.source();
        float[] k = keys.values();
        float[] q = queries.values().values();
        int q0 = queries.values().offset(panel);
        int c0 = 0;
        int end = Panels.even(tile.rows()) * PANEL;
        for (int left = tile.panels(); left != 0; left &= left - 1) {
            int k0 = keys.offset(tile.first() + Integer.numberOfTrailingZeros(left));
            // An odd one more: the product with the values goes two keys a turn.
            int rows = Math.min(PANEL, (end - c0) / PANEL);
            if (Lanes.COUNT == PANEL) {
                int c1 = c0 + TILE_KEYS * PANEL;
                if (panels == 2) {
                    int q1 = queries.values().offset(panel + 1);
                    TileProduct.panelByTwo(rows, depth, k, k0, q, q0, q1, scores, c0, c1, PANEL);
                } else {
                    TileProduct.panelByOne(rows, depth, k, k0, q, q0, scores, c0, PANEL);
                }
            } else {
                for (int v = 0; v < PANEL; v += 2 * Lanes.COUNT) {
                    int b = q0 + v;
                    int c = c0 + v;
                    int c1 = c + Lanes.COUNT;
                    TileProduct.panelByTwo(rows, depth, k, k0, q, b, b + Lanes.COUNT, scores, c, c1, PANEL);
                }
            }
            c0 += PANEL * PANEL;
        }
    }

    /** A product of -infinity overflowed, and must not pass for a hidden key. */
    private void spoilOverflow(int offset, int keys) {
        for (int at = offset; at < offset + keys * PANEL; at++) {
            scores[at] = scores[at] == Float.NEGATIVE_INFINITY ? Float.NaN : scores[at];
        }
    }

    /** Hides from a panel of queries what the mask hides. */
    private void hide(int panel, int count, KeyTile tile) {
        int offset = panel * TILE_KEYS * PANEL;
        for (KeyTile.Run run : tile.runs()) {
            seenKeys.hide(run.from(), run.keys(), panel * PANEL, count, scores, offset + run.row() * PANEL);
        }
    }

    /** Hides from a panel of queries what the mask hides, and then applies the modifiers in order. */
    private void modify(QueryBlock queries, int row, int panel, int count, KeyTile tile, boolean masked) {
        if (masked) {
            hide(panel, count, tile);
        }
        for (TileModifier modifier : modifiers) {
            modify(queries, row, panel, count, tile, modifier, known);
        }
    }

    private void modify(
            QueryBlock queries,
            int row,
            int panel,
            int count,
            KeyTile tile,
            TileModifier modifier,
            PanelScores bounds) {
        KeyValueBlock block = tile.block();
        int offset = panel * TILE_KEYS * PANEL;
        for (KeyTile.Run run : tile.runs()) {
            Tile keys = tile(queries, row, count, block, tile.key() + run.from(), run.keys());
            modifier.look(keys, scores, offset + run.row() * PANEL, bounds);
        }
        modifier.move(bounds, tile(queries, row, count, block, tile.key(), tile.keys()));
        for (KeyTile.Run run : tile.runs()) {
            Tile keys = tile(queries, row, count, block, tile.key() + run.from(), run.keys());
            modifier.apply(keys, scores, offset + run.row() * PANEL);
        }
        modifier.end();
    }

    /** Modifies the scores of some queries of a panel, which are as they were before, whole; and restores the others. */
    private void modifyWhole(
            QueryBlock queries, int row, int panel, int count, KeyTile tile, boolean masked, int inexact) {
        int offset = panel * TILE_KEYS * PANEL;
        PanelScores bounds = whole.reset(queries.norms(), row, tile.block().maxKeyNorm());
        if (bounds.mayOverflow()) {
            spoilOverflow(offset, tile.rows());
        }
        if (masked) {
            hide(panel, count, tile);
        }
        modify(queries, row, panel, count, tile, whole.modifier(inexact), bounds);
        whole.restore(inexact, scores, offset, tile.rows(), known);
    }

    /** Settles the references of a panel's queries and turns its scores into weights. */
    private void weigh(int row, KeyValueBlock block, int offset, int keys, SoftmaxState state) {
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
                    refer(row + i, maxima[i] + known.base[i], state);
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
    private static void refer(int row, double largest, SoftmaxState state) {
        if (!(largest < Double.POSITIVE_INFINITY)) {
            state.rescale(row, 0);
            state.addToSum(row, Double.NaN);
        } else if (largest > state.reference()[row]) {
            state.rescale(row, largest);
        }
    }
}
