package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;

import foco.kernels.mask.Tile;
import foco.kernels.score.DistanceBias;
import foco.kernels.tile.Panels;
import jdk.incubator.vector.FloatVector;

/**
 * Adds a bias that depends on the distance alone. A block of queries and one of keys have few distances beside their
 * pairs, so the bias of each is worked out once; those of a panel's queries and one key then stand side by side.
 */
final class TileDistanceBias implements TileModifier {

    private static final int LANES = Lanes.COUNT;
    private static final int PANEL = Panels.WIDTH;
    private static final int TILE_KEYS = VectorKernel.TILE_KEYS;

    private final DistanceBias modifier;

    /** Of query {@code i} and key {@code j} of the block at {@code i - j + last}. */
    private float[] biases = new float[0];

    /** The largest of {@value #TILE_KEYS} biases from here on. */
    private float[] largest = new float[0];

    private long firstQuery;
    private long firstKey;
    private int last;

    TileDistanceBias(DistanceBias modifier) {
        this.modifier = modifier;
    }

    @Override
    public void begin(Tile block) {
        firstQuery = block.firstQuery();
        firstKey = block.firstKey();
        last = (block.keys() + TILE_KEYS - 1) / TILE_KEYS * TILE_KEYS - 1;
        int count = Panels.padded(block.queries()) + last;
        if (biases.length < count) {
            biases = new float[count];
            largest = new float[count];
        }
        long distance = firstKey + last - firstQuery - modifier.queryOffset();
        for (int x = 0; x < count; x++) {
            biases[x] = (float) (modifier.bias(block.head(), distance - x) * LOG2_E);
        }
        slideMaximum(count);
    }

    /** By the largest from the start and to the end of every stretch of as many biases, of van Herk (1992). */
    private void slideMaximum(int count) {
        for (int x = count - 1; x >= 0; x--) {
            boolean ends = x == count - 1 || (x + 1) % TILE_KEYS == 0;
            largest[x] = ends ? biases[x] : Math.max(biases[x], largest[x + 1]);
        }
        float fromStart = Float.NEGATIVE_INFINITY;
        for (int x = 0; x < count; x++) {
            fromStart = x % TILE_KEYS == 0 ? biases[x] : Math.max(fromStart, biases[x]);
            if (x >= TILE_KEYS - 1) {
                largest[x - TILE_KEYS + 1] = Math.max(largest[x - TILE_KEYS + 1], fromStart);
            }
        }
    }

    @Override
    public void apply(Tile panel, float[] scores, int offset) {
        int first = place(panel);
        for (int j = 0; j < panel.keys(); j++) {
            int row = offset + j * PANEL;
            for (int lane = 0; lane < PANEL; lane += LANES) {
                FloatVector bias = FloatVector.fromArray(SPECIES, biases, first - j + lane);
                FloatVector.fromArray(SPECIES, scores, row + lane).add(bias).intoArray(scores, row + lane);
            }
        }
    }

    @Override
    public void move(ScoreBounds bounds, Tile panel) {
        int first = place(panel) - TILE_KEYS + 1;
        bounds.add(largest, first);
    }

    /** Where the bias of the panel's first query and key stands. */
    private int place(Tile panel) {
        return (int) (panel.firstQuery() - firstQuery) - (int) (panel.firstKey() - firstKey) + last;
    }
}
