package foco.kernels.vector;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.AskedMask;
import foco.kernels.mask.Coverage;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.Panels;
import foco.kernels.tile.QueryBlock;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Goes through the tiles of two blocks, a few panels of queries and {@value VectorKernel#TILE_KEYS} keys each, and works out
 * their scores: {@code S^T = K Q^T}, a key's row by row, in units of log 2; masked and modified if need be. What becomes of
 * them is up to who extends this.
 */
abstract class TileSweep {

    static final int PANEL = Panels.WIDTH;

    /** Query panels in a tile: as many as two vectors are wide. */
    static final int TILE_PANELS = Lanes.SHAPE.tilePanels();

    static final int TILE_QUERIES = TILE_PANELS * PANEL;
    static final int TILE_KEYS = VectorKernel.TILE_KEYS;

    private final Mask mask;
    final TileModifier[] modifiers;
    private final WholeScores whole;

    /** What is known of the scores of the panel at hand. */
    final PanelScores known = new PanelScores();

    private final SeenPanels seenPanels = new SeenPanels();
    private final SeenKeys seenKeys = new SeenKeys();
    private final AskedMask asked = new AskedMask();

    /** The mask as it is for the blocks at hand. */
    Mask here = Mask.full();

    /** The tiles of queries that are yet to be done. */
    final BitSet left = new BitSet();

    private final long[] seen = new long[SeenPanels.TILE_WORDS];
    private Panels gatheredKeys = Panels.zeros(0, 0);

    /** A tile's scores: those of panel {@code p} from {@code p * TILE_KEYS * 16} on, a row of 16 for each key. */
    final float[] scores = new float[TILE_PANELS * TILE_KEYS * PANEL];

    final float[] maxima = new float[PANEL];
    long tilesComputed;
    long tilesSkipped;

    TileSweep(AttentionSpec spec) {
        this.mask = spec.mask();
        this.modifiers = TileModifier.of(spec.scores());
        this.whole = new WholeScores(spec.scores());
    }

    /** Does some tiles in another way, and takes them from those that are {@link #left}. */
    abstract void takeShortcuts(QueryBlock queries, KeyValueBlock block);

    /** Is told of a tile before its panels. */
    abstract void beginTile(KeyTile tile);

    /**
     * Each query's reference, in units of log 2: what is far below it need not be exact. As many as there are in the block,
     * filled up to whole panels.
     */
    abstract double[] references();

    /**
     * Takes the scores of a panel, of which {@link #known} tells more.
     *
     * @param row the panel's first query in the block
     * @param panel which of the tile's it is
     * @param count its queries
     */
    abstract void take(QueryBlock queries, int row, int panel, int count, KeyTile tile);

    /** Goes through all tiles. */
    final void sweep(QueryBlock queries, KeyValueBlock block) {
        Tile pair = tile(queries, 0, queries.count(), block, 0, block.count());
        Coverage whole = coverage(pair);
        if (whole == Coverage.NONE) {
            tilesSkipped += (long) ceilDiv(queries.count(), TILE_QUERIES) * ceilDiv(block.count(), TILE_KEYS);
            return;
        }
        left.clear();
        left.set(0, ceilDiv(queries.count(), TILE_QUERIES));
        if (whole == Coverage.PARTIAL) {
            takeShortcuts(queries, block);
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
                    sweepTile(queries, query, count, keyTile, masked);
                }
            }
        }
    }

    static int ceilDiv(int count, int size) {
        return (count + size - 1) / size;
    }

    static Tile tile(QueryBlock queries, int query, int count, KeyValueBlock block, int key, int keys) {
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

    private void sweepTile(QueryBlock queries, int query, int count, KeyTile tile, boolean masked) {
        tilesComputed++;
        KeyValueBlock block = tile.block();
        int panels = Panels.count(count);
        scores(queries, query / PANEL, panels, tile);
        if (masked) {
            seenKeys.find(here, tile(queries, query, count, block, tile.key(), tile.keys()));
        }
        beginTile(tile);
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
                known.lookAtLargest(maxima, references(), row);
            }
            int inexact = known.inexact() & (1 << width) - 1;
            if (inexact != 0) {
                whole.keep(scores, offset, rows);
                scores(queries, query / PANEL, panels, tile);
                modifyWhole(queries, row, p, width, tile, masked, inexact);
            }
            take(queries, row, p, width, tile);
        }
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
    final void spoilOverflow(int offset, int keys) {
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
}
