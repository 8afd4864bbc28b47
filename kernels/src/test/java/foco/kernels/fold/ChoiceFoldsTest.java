package foco.kernels.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.AttentionSpec;
import foco.kernels.routine.FoldKernel;
import foco.kernels.scalar.ScalarSums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statistics that choose weights, against the whole matrix in float64, through every kernel, in unlike cuts. */
class ChoiceFoldsTest {

    @ParameterizedTest
    @MethodSource("foco.kernels.fold.FoldCheck#kernels")
    void heaviestKeysOfAQueryAndQueriesOfAKey(Function<AttentionSpec, FoldKernel> kernel) {
        for (int most : new int[] {1, 5, 120}) {
            for (Weights weights : FoldCheck.WEIGHTS) {
                FoldCheck.of(kernel, new TopKeys(most), weights, tops -> {
                    for (int i = 0; i < weights.queries(); i++) {
                        assertTops(weights.p()[i], tops, i);
                    }
                });
                FoldCheck.of(kernel, new TopQueries(most), weights, tops -> {
                    for (int j = 0; j < weights.keys(); j++) {
                        double[] column = new double[weights.queries()];
                        for (int i = 0; i < column.length; i++) {
                            column[i] = weights.p()[i][j];
                        }
                        assertTops(column, tops, j);
                    }
                });
            }
        }
    }

    /** A place that knows what others have found leaves out what is lighter, and all come to the same. */
    @ParameterizedTest
    @MethodSource("foco.kernels.fold.FoldCheck#kernels")
    void placesTellEachOtherWhatIsHeaviest(Function<AttentionSpec, FoldKernel> kernel) {
        for (Weights weights : FoldCheck.WEIGHTS) {
            TopQueries fold = new TopQueries(2);
            assertEquals(weights.foldApart(kernel, fold, 16, 64), weights.fold(kernel, fold, 16, 64));
        }
        KeyBounds bounds = new KeyBounds();
        PositionTops first = ofOneKey(new TopQueries(2), 0, bounds, 0.25f, 0.75f, 0.5f);
        assertEquals(0.5f, first.weight(0, 1));
        PositionTops later = ofOneKey(new TopQueries(2), 3, bounds, 0.25f, 0.5f, 0.625f);
        assertEquals(0.625f, later.weight(0, 0));
        assertEquals(0.5f, later.weight(0, 1), "what weighs the same may come first by its position");
        PositionTops last = ofOneKey(new TopQueries(2), 6, bounds, 0.25f, 0.375f, 0.125f);
        assertEquals(0, last.weight(0, 0), "all are lighter than two of the others");
        first.merge(last);
        first.merge(later);
        assertEquals(1, first.other(0, 0));
        assertEquals(0.75f, first.weight(0, 0));
        assertEquals(5, first.other(0, 1));
        assertEquals(0.625f, first.weight(0, 1));
    }

    /** What is found of key 0, to which queries that follow each other give such weights. */
    private static PositionTops ofOneKey(TopQueries fold, long query, KeyBounds bounds, float... weights) {
        Gatherer<PositionTops> gatherer = fold.begin(new Place(0, query, weights.length, 0, bounds));
        WeightTile tile = new WeightTile(new ScalarSums());
        tile.reset(query, 0, weights.length);
        tile.addRun(0, 1);
        tile.setWeights(Arrays.copyOf(weights, TileSums.LANES), 0);
        gatherer.beginKeys(0, 1);
        gatherer.add(tile);
        gatherer.endKeys();
        return gatherer.result();
    }

    /** Each rank weighs what it should, each pair is there once and weighs what it is said to. */
    private static void assertTops(double[] weights, PositionTops tops, long position) {
        double[] sorted = Arrays.stream(weights).sorted().toArray();
        BitSet others = new BitSet();
        for (int rank = 0; rank < tops.most(); rank++) {
            double expected = rank < sorted.length ? sorted[sorted.length - 1 - rank] : 0;
            assertEquals(expected, tops.weight(position, rank), FoldCheck.TOLERANCE * expected + 1e-30);
            if (tops.weight(position, rank) > 0) {
                int other = (int) tops.other(position, rank);
                assertTrue(!others.get(other));
                others.set(other);
                assertEquals(weights[other], tops.weight(position, rank), FoldCheck.TOLERANCE * weights[other]);
                assertTrue(rank == 0 || tops.weight(position, rank) <= tops.weight(position, rank - 1));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("foco.kernels.fold.FoldCheck#kernels")
    void strongestLinksBeyondADistance(Function<AttentionSpec, FoldKernel> kernel) {
        for (long floor : new long[] {0, 1, 60}) {
            for (Weights weights : FoldCheck.WEIGHTS) {
                List<Links.Link> all = new ArrayList<>();
                for (int i = 0; i < weights.queries(); i++) {
                    for (int j = 0; j < weights.keys(); j++) {
                        double p = weights.p()[i][j];
                        if (p > 1e-37 && Math.abs(j - i - weights.shift()) >= floor) {
                            all.add(new Links.Link(weights.attend().head(), i, j, (float) p));
                        }
                    }
                }
                all.sort(Comparator.comparingDouble(link -> -link.weight()));
                FoldCheck.of(kernel, new StrongestLinks(30, floor), weights, links -> {
                    List<Links.Link> sorted = links.sorted();
                    assertEquals(Math.min(30, all.size()), sorted.size());
                    assertEquals(sorted.size(), sorted.stream().distinct().count());
                    for (int rank = 0; rank < sorted.size(); rank++) {
                        Links.Link link = sorted.get(rank);
                        double p = weights.p()[(int) link.query()][(int) link.key()];
                        assertEquals(weights.attend().head(), link.head());
                        assertEquals(p, link.weight(), FoldCheck.TOLERANCE * p);
                        assertEquals(all.get(rank).weight(), link.weight(), FoldCheck.TOLERANCE * p);
                        assertTrue(Math.abs(link.key() - link.query() - weights.shift()) >= floor);
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("foco.kernels.fold.FoldCheck#kernels")
    void keysForPartsOfTheMassAndWholeRows(Function<AttentionSpec, FoldKernel> kernel) {
        long[] chosen = {0, 1, 16, 45, 46, 250};
        for (Weights weights : FoldCheck.WEIGHTS) {
            for (int every : new int[] {1, 7, 16, 50}) {
                FoldCheck.of(kernel, new KeysForMass(every), weights, bins -> {
                    for (int i = 0; i < weights.queries(); i += every) {
                        for (double part : new double[] {0.5, 0.9}) {
                            long low = bins.least(i, part);
                            long high = bins.most(i, part);
                            // A hair more or less of the mass, as weights are rounded.
                            long least = needed(weights.p()[i], part - 1e-5);
                            long most = needed(weights.p()[i], part + 1e-5);
                            String what = "%s %d: %d to %d is not in %d to %d"
                                    .formatted(weights.attend().spec(), i, least, most, low, high);
                            assertTrue(low <= most && least <= high, what);
                            assertTrue(high <= 2 * low + 1, what);
                        }
                    }
                });
            }
            FoldCheck.of(kernel, new ChosenRows(chosen), weights, rows -> {
                for (long query : chosen) {
                    for (int j = 0; j < weights.keys() && query < weights.queries(); j++) {
                        double p = weights.p()[(int) query][j];
                        assertEquals(p, rows.get(query, j), FoldCheck.TOLERANCE * p + 1e-30);
                        assertEquals(rows.get(query, j), rows.row(query, weights.keys())[j]);
                    }
                    if (query < weights.queries()) {
                        long needed = rows.needed(query, 0.9);
                        assertTrue(needed >= needed(weights.p()[(int) query], 0.9 - 1e-5));
                        assertTrue(needed <= needed(weights.p()[(int) query], 0.9 + 1e-5));
                    }
                }
            });
        }
    }

    @Test
    void aBinHoldsWeightsUpToItsPowerOfTwo() {
        MassBins bins = new MassBins(0, 1, 1);
        for (float weight : new float[] {1, Math.nextUp(0.5f), 0.5f, 0.3f, 0x1p-31f, 0x1p-40f}) {
            bins.add(0, weight);
        }
        assertEquals(2, bins.count(0, 0));
        assertEquals(2, bins.count(0, 1));
        assertEquals(2, bins.count(0, MassBins.BINS - 1));
        assertEquals(0.8, bins.mass(0, 1), 1e-6);
        assertThrows(IllegalArgumentException.class, () -> bins.count(1, 0));
    }

    private static long needed(double[] weights, double part) {
        double[] sorted = Arrays.stream(weights).sorted().toArray();
        double total = Arrays.stream(weights).sum();
        double sum = 0;
        int needed = 0;
        while (needed < sorted.length && sum < part * total) {
            sum += sorted[sorted.length - 1 - needed++];
        }
        return needed;
    }
}
