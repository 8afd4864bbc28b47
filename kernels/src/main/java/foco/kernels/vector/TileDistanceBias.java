package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.mask.Tile;
import foco.kernels.score.DistanceBias;
import foco.kernels.tile.Panels;
import jdk.incubator.vector.FloatVector;

/**
 * Adds a bias that depends on the distance alone. A block of queries and one of keys have few distances beside their
 * pairs, so the bias of each is worked out once; those of a panel's queries and one key then stand side by side. Of large
 * biases, the largest that a query may meet in a tile becomes part of its base; and since neighbouring keys are told apart
 * by their last digits, they are kept in two float32 numbers, 48 bits together.
 */
final class TileDistanceBias implements TileModifier {

    private static final int LANES = Lanes.COUNT;
    private static final int PANEL = Panels.WIDTH;
    private static final int TILE_KEYS = VectorKernel.TILE_KEYS;

    /** Lower biases count as this: -infinity alone hides. */
    private static final double LOWEST = -1e37;

    private final DistanceBias modifier;

    /** In units of log 2, of query {@code i} and key {@code j} of the block at {@code i - j + last}: rounded. */
    private float[] biases = new float[0];

    /** What rounding took. */
    private float[] rest = new float[0];

    /** The largest of {@value #TILE_KEYS} biases from here on. */
    private float[] largest = new float[0];

    /** The largest of their negatives, so that it is the least. */
    private float[] negatives = new float[0];

    private float[] negativeOfLeast = new float[0];

    /** What is taken off the biases of each query: 0 unless they are large. */
    private final float[] taken = new float[PANEL];

    private boolean based;
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
            rest = new float[count];
            largest = new float[count];
            negatives = new float[count];
            negativeOfLeast = new float[count];
        }
        long distance = firstKey + last - firstQuery - modifier.queryOffset();
        for (int x = 0; x < count; x++) {
            double bias = modifier.bias(block.head(), distance - x);
            if (!(bias <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("%s gave %s for distance %d of head %d; it must be finite."
                        .formatted(modifier, bias, distance - x, block.head()));
            }
            double inLog2 = Math.max(LOWEST, bias * LOG2_E);
            biases[x] = (float) inLog2;
            rest[x] = (float) (inLog2 - biases[x]);
            negatives[x] = -biases[x];
        }
        slideMaximum(biases, largest, count);
        slideMaximum(negatives, negativeOfLeast, count);
    }

    /** By the largest from the start and to the end of every stretch of as many biases, of van Herk (1992). */
    private static void slideMaximum(float[] biases, float[] largest, int count) {
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
    public void move(PanelScores known, Tile panel) {
        int first = place(panel) - TILE_KEYS + 1;
        based = false;
        for (int i = 0; i < PANEL; i++) {
            taken[i] = PanelScores.taken(largest[first + i]);
            based |= taken[i] != 0;
            known.base[i] += taken[i];
            known.high[i] += largest[first + i] - taken[i];
            known.added(i, largest[first + i], largest[first + i] + negativeOfLeast[first + i], false);
        }
    }

    @Override
    public void apply(Tile panel, float[] scores, int offset) {
        int first = place(panel);
        for (int lane = 0; lane < PANEL; lane += LANES) {
            if (based) {
                addRelative(panel.keys(), first + lane, lane, scores, offset + lane);
            } else {
                add(panel.keys(), first + lane, scores, offset + lane);
            }
        }
    }

    private void add(int keys, int first, float[] scores, int offset) {
        for (int j = 0; j < keys; j++) {
            int at = offset + j * PANEL;
            FloatVector bias = FloatVector.fromArray(SPECIES, biases, first - j);
            TYPE.cast(FloatVector.fromArray(SPECIES, scores, at).add(bias)).intoArray(scores, at);
        }
    }

    /** The same to the last bit for a query of which nothing is taken. */
    private void addRelative(int keys, int first, int lane, float[] scores, int offset) {
        FloatVector base = FloatVector.fromArray(SPECIES, taken, lane);
        for (int j = 0; j < keys; j++) {
            int at = offset + j * PANEL;
            FloatVector bias = FloatVector.fromArray(SPECIES, biases, first - j)
                    .sub(base)
                    .add(FloatVector.fromArray(SPECIES, rest, first - j));
            TYPE.cast(FloatVector.fromArray(SPECIES, scores, at).add(bias)).intoArray(scores, at);
        }
    }

    /** Where the bias of the panel's first query and key stands. */
    private int place(Tile panel) {
        return (int) (panel.firstQuery() - firstQuery) - (int) (panel.firstKey() - firstKey) + last;
    }
}
