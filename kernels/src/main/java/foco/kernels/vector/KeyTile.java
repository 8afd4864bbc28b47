package foco.kernels.vector;

import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.Panels;
import java.util.Arrays;

/**
 * The keys that a tile is made of: some panels of up to {@value VectorKernel#TILE_KEYS} keys of a block. Hidden panels are
 * left out of its scores, whose rows then close up.
 *
 * @param key the first key, a multiple of {@value VectorKernel#TILE_KEYS}
 * @param keys the keys from there on, hidden ones too
 * @param seen the panels that are not hidden, a bit each; at least one
 */
record KeyTile(KeyValueBlock block, int key, int keys, int seen) {

    private static final int PANEL = Panels.WIDTH;

    /** Keys that follow each other, from {@code from} to {@code to - 1} of the tile, and the first one's row of scores. */
    record Run(int from, int to, int row) {
        int keys() {
            return to - from;
        }
    }

    /** The first run of seen panels. */
    Run firstRun() {
        return run(0, 0);
    }

    /** Whether there is a run after this one. */
    boolean hasRunAfter(Run run) {
        return seen >>> Panels.count(run.to) != 0;
    }

    Run runAfter(Run run) {
        return run(Panels.count(run.to), run.row + run.keys());
    }

    private Run run(int panel, int row) {
        int first = panel + Integer.numberOfTrailingZeros(seen >>> panel);
        int last = first + Integer.numberOfTrailingZeros(~(seen >>> first));
        return new Run(first * PANEL, Math.min(keys, last * PANEL), row);
    }

    /** Whether the seen panels follow each other. */
    boolean isOneRun() {
        return !hasRunAfter(firstRun());
    }

    /** The number of rows of scores: the keys of seen panels. */
    int rows() {
        int rows = Integer.bitCount(seen) * PANEL;
        boolean toTheEnd = seen >>> (Panels.count(keys) - 1) != 0;
        return toTheEnd ? rows - Panels.padded(keys) + keys : rows;
    }

    /** Copies the values of the seen panels, row after row. */
    void gatherValues(Panels to) {
        for (int column = 0; column < Panels.count(to.columns()); column++) {
            int source = block.values().offset(column) + key * PANEL;
            int target = to.offset(column);
            for (Run run = firstRun(); ; run = runAfter(run)) {
                System.arraycopy(
                        block.values().values(),
                        source + run.from * PANEL,
                        to.values(),
                        target + run.row * PANEL,
                        run.keys() * PANEL);
                if (!hasRunAfter(run)) {
                    break;
                }
            }
            // A product reads rows two at a time.
            int end = target + rows() * PANEL;
            Arrays.fill(to.values(), end, end + rows() % 2 * PANEL, 0);
        }
    }
}
