package foco.kernels.vector;

import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.Panels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

    /** The seen panels, those that follow each other in one run. */
    List<Run> runs() {
        List<Run> runs = new ArrayList<>();
        int row = 0;
        int from = 0;
        for (int left = seen; left != 0; left = seen >>> from << from) {
            from = Integer.numberOfTrailingZeros(left);
            int count = Integer.numberOfTrailingZeros(~(left >>> from));
            Run run = new Run(from * PANEL, Math.min(keys, (from + count) * PANEL), row);
            runs.add(run);
            row += run.keys();
            from += count;
        }
        return runs;
    }

    /** The first key that is seen, from {@link #key} on. */
    int first() {
        return Integer.numberOfTrailingZeros(seen) * PANEL;
    }

    /** Whether the seen panels follow each other. */
    boolean isOneRun() {
        int panels = seen >>> Integer.numberOfTrailingZeros(seen);
        return (panels & panels + 1) == 0;
    }

    /** The number of rows of scores: the keys of seen panels. */
    int rows() {
        int rows = Integer.bitCount(seen) * PANEL;
        boolean toTheEnd = seen >>> (Panels.count(keys) - 1) != 0;
        return toTheEnd ? rows - Panels.padded(keys) + keys : rows;
    }

    /** Copies the values of the seen panels, row after row. */
    void gatherValues(Panels to) {
        List<Run> runs = runs();
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
