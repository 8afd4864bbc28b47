package foco.kernels.vector;

import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.Panels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The keys that a tile is made of: some of up to {@value VectorKernel#TILE_KEYS} keys of a block. The others are left out
 * of its scores, whose rows then close up: whole panels of keys, or single ones where few keys of a panel are seen.
 *
 * @param key the first key, a multiple of {@value VectorKernel#TILE_KEYS}
 * @param keys the keys from there on, those too that are left out
 * @param seen the keys that are not left out, a bit each; at least one
 * @param runs the same, those that follow each other in one run
 * @param source the keys, transposed: those of the block, or the tile's alone, gathered
 * @param panels the panels of {@code source} that hold them, a bit each from panel {@code first} on
 */
record KeyTile(
        KeyValueBlock block, int key, int keys, long[] seen, List<Run> runs, Panels source, int first, int panels) {

    private static final int PANEL = Panels.WIDTH;

    /** Keys that follow each other, from {@code from} to {@code to - 1} of the tile, and the first one's row of scores. */
    record Run(int from, int to, int row) {
        int keys() {
            return to - from;
        }
    }

    /** All keys of some panels, of which {@code panels} has a bit each. */
    static KeyTile ofPanels(KeyValueBlock block, int key, int keys, int panels) {
        long[] seen = new long[VectorKernel.TILE_KEYS / Long.SIZE];
        for (int left = panels; left != 0; left &= left - 1) {
            int panel = Integer.numberOfTrailingZeros(left);
            seen[panel * PANEL / Long.SIZE] |= 0xffffL << panel * PANEL;
        }
        return new KeyTile(block, key, keys, seen, runs(seen, keys), block.keys(), key / PANEL, panels);
    }

    /** Single keys, of which {@code seen} has a bit each; they are copied to {@code gathered}. */
    static KeyTile ofKeys(KeyValueBlock block, int key, int keys, long[] seen, Panels gathered) {
        List<Run> runs = runs(seen, keys);
        float[] from = block.keys().values();
        float[] to = gathered.values();
        for (Run run : runs) {
            for (int j = 0; j < run.keys(); j++) {
                int source = lane(block.keys(), key + run.from + j);
                int target = lane(gathered, run.row + j);
                for (int e = 0; e < block.keyWidth() * PANEL; e += PANEL) {
                    to[target + e] = from[source + e];
                }
            }
        }
        int panels = (1 << Panels.count(rows(runs))) - 1;
        return new KeyTile(block, key, keys, seen.clone(), runs, gathered, 0, panels);
    }

    /** Where the first element of a column stands. */
    private static int lane(Panels panels, int column) {
        return panels.offset(column / PANEL) + column % PANEL;
    }

    private static List<Run> runs(long[] seen, int keys) {
        List<Run> runs = new ArrayList<>();
        int row = 0;
        int from = next(seen, 0, keys, true);
        while (from < keys) {
            int to = next(seen, from, keys, false);
            runs.add(new Run(from, to, row));
            row += to - from;
            from = next(seen, to, keys, true);
        }
        return runs;
    }

    /** The first key from {@code from} on that is seen or not; {@code keys} if there is none. */
    private static int next(long[] seen, int from, int keys, boolean wanted) {
        int at = from;
        while (at < keys) {
            long word = (wanted ? seen[at / Long.SIZE] : ~seen[at / Long.SIZE]) >>> at;
            if (word != 0) {
                return Math.min(keys, at + Long.numberOfTrailingZeros(word));
            }
            at = (at / Long.SIZE + 1) * Long.SIZE;
        }
        return keys;
    }

    /** The first key that is seen, from {@link #key} on. */
    int firstSeen() {
        return runs.get(0).from;
    }

    /** Whether the values of the seen keys, and of one more if they are odd in number, follow each other in the block. */
    boolean isOneRun() {
        return runs.size() == 1 && key + firstSeen() + Panels.even(rows()) <= Panels.even(block.count());
    }

    /** The number of rows of scores: the keys that are not left out. */
    int rows() {
        return rows(runs);
    }

    private static int rows(List<Run> runs) {
        Run last = runs.get(runs.size() - 1);
        return last.row + last.keys();
    }

    /** Copies the values of the seen keys, row after row. */
    void gatherValues(Panels to) {
        for (int column = 0; column < Panels.count(to.columns()); column++) {
            int source = block.values().offset(column) + key * PANEL;
            int target = to.offset(column);
            for (Run run : runs) {
                System.arraycopy(
                        block.values().values(),
                        source + run.from * PANEL,
                        to.values(),
                        target + run.row * PANEL,
                        run.keys() * PANEL);
            }
            // A product reads rows two at a time.
            int end = target + rows() * PANEL;
            Arrays.fill(to.values(), end, end + rows() % 2 * PANEL, 0);
        }
    }
}
