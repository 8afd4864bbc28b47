package foco.kernels.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.Attend;
import foco.kernels.AttentionSpec;
import foco.kernels.breeze.BreezeFolds;
import foco.kernels.machine.Kernels;
import foco.kernels.routine.FoldKernel;
import foco.kernels.scalar.ScalarSums;
import foco.kernels.tile.QueryBlock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every statistic against the whole matrix of weights in float64, through every kernel, in unlike cuts. */
class FoldsTest {

    /** Of a mass of 1; of larger sums relative. */
    private static final double TOLERANCE = 1e-5;

    private static final List<Weights> WEIGHTS = Weights.all(5);

    static List<Function<AttentionSpec, FoldKernel>> kernels() {
        return List.of(Kernels::folds, BreezeFolds::new);
    }

    /** In one block, in odd ones, and in parts that are merged. */
    private static <R extends FoldResult<R>> void check(
            Function<AttentionSpec, FoldKernel> kernel, Fold<R> fold, Weights weights, Consumer<R> expectations) {
        expectations.accept(weights.fold(kernel, fold, 1000, 2000));
        expectations.accept(weights.fold(kernel, fold, 37, 300));
        R parts = weights.fold(kernel, fold, 64, 70, 140);
        expectations.accept(parts);
        expectations.accept(copy(parts));
    }

    @SuppressWarnings("unchecked")
    private static <R> R copy(R written) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new ObjectOutputStream(bytes).writeObject(written);
            return (R) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertNear(double expected, double actual, String what) {
        assertEquals(expected, actual, TOLERANCE * Math.max(1, Math.abs(expected)), what);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void massEntropyAndSupport(Function<AttentionSpec, FoldKernel> kernel) {
        for (Weights weights : WEIGHTS) {
            check(kernel, new Entropy(), weights, sums -> {
                for (int i = 0; i < weights.queries(); i++) {
                    double mass = 0;
                    double entropy = 0;
                    int seen = 0;
                    for (double p : weights.p()[i]) {
                        mass += p;
                        entropy -= p > 0 ? p * Math.log(p) : 0;
                        seen += p > 0 ? 1 : 0;
                    }
                    String what = weights.attend().spec() + " " + i;
                    assertNear(mass, sums.get(i, Entropy.MASS), what);
                    assertNear(entropy, sums.get(i, Entropy.ENTROPY), what);
                    assertNear(Math.exp(entropy), Entropy.support(sums, i), what);
                    if (weights.attend().spec().sinks().isEmpty()) {
                        assertNear(seen == 0 ? 0 : 1, sums.get(i, Entropy.MASS), what);
                        assertTrue(sums.get(i, Entropy.ENTROPY) >= -TOLERANCE, what);
                        assertTrue(sums.get(i, Entropy.ENTROPY) <= Math.log(Math.max(1, seen)) + TOLERANCE, what);
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void receivedPlainAndByFactors(Function<AttentionSpec, FoldKernel> kernel) {
        for (Weights weights : WEIGHTS) {
            float[] first = Attend.gaussians(new Random(1), weights.queries(), 1);
            float[] second = Attend.gaussians(new Random(2), weights.queries(), 1);
            check(kernel, new Received(List.of(first, second)), weights, sums -> {
                double[] mass = {0};
                for (int j = 0; j < weights.keys(); j++) {
                    double[] expected = new double[3];
                    for (int i = 0; i < weights.queries(); i++) {
                        double p = weights.p()[i][j];
                        expected[0] += p;
                        expected[1] += p * first[i];
                        expected[2] += p * second[i];
                    }
                    for (int column = 0; column < 3; column++) {
                        assertNear(
                                expected[column],
                                sums.get(j, column),
                                weights.attend().spec() + " " + j);
                    }
                    mass[0] += expected[0];
                }
                assertNear(mass[0], sums.total(0), "all that is given is received");
            });
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void distances(Function<AttentionSpec, FoldKernel> kernel) {
        for (Weights weights : WEIGHTS) {
            check(kernel, new Distances(), weights, sums -> {
                for (int i = 0; i < weights.queries(); i++) {
                    double signed = 0;
                    double absolute = 0;
                    for (int j = 0; j < weights.keys(); j++) {
                        double distance = j - i - weights.shift();
                        signed += weights.p()[i][j] * distance;
                        absolute += weights.p()[i][j] * Math.abs(distance);
                    }
                    // What cancels is as large as the absolute distance.
                    assertEquals(signed, sums.get(i, Distances.SIGNED), TOLERANCE * Math.max(1, absolute));
                    assertNear(
                            absolute,
                            sums.get(i, Distances.ABSOLUTE),
                            weights.attend().spec() + " " + i);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void massByDistanceAndWithinWindows(Function<AttentionSpec, FoldKernel> kernel) {
        DistanceMass fold = DistanceMass.powersOfTwo(500).withEdges(-10, 11, -100);
        for (DistanceMass edges :
                List.of(fold, new DistanceMass(new long[] {-200}), new DistanceMass(new long[] {1}))) {
            for (Weights weights : WEIGHTS) {
                check(kernel, edges, weights, sums -> {
                    for (int i = 0; i < weights.queries(); i++) {
                        double[] expected = new double[edges.edges().length + 1];
                        double window = 0;
                        for (int j = 0; j < weights.keys(); j++) {
                            long distance = j - i - weights.shift();
                            int column = 0;
                            while (column < edges.edges().length && edges.edges()[column] <= distance) {
                                column++;
                            }
                            expected[column] += weights.p()[i][j];
                            window += Math.abs(distance) <= 10 ? weights.p()[i][j] : 0;
                        }
                        for (int column = 0; column < expected.length; column++) {
                            assertNear(
                                    expected[column],
                                    sums.get(i, column),
                                    weights.attend().spec() + " " + i);
                        }
                        if (edges == fold) {
                            assertNear(window, fold.within(sums, i, -10, 10), "window");
                            long self = i + weights.shift();
                            assertNear(weights.p()[i][(int) self], sums.get(i, fold.column(0)), "self");
                        }
                    }
                });
            }
        }
    }

    @Test
    void distancesOfPowersOfTwoAreColumnsOfTheirOwn() {
        DistanceMass fold = DistanceMass.powersOfTwo(5);
        assertEquals(
                List.of(-7L, -3L, -1L, 0L, 1L, 2L, 4L, 8L),
                Arrays.stream(fold.edges()).boxed().toList());
        assertEquals(1, fold.column(-7));
        assertEquals(0, fold.column(-8));
        assertEquals(4, fold.column(0));
        assertEquals(8, fold.column(8));
        assertThrows(IllegalArgumentException.class, () -> fold.within(new PositionSums(0, 1, 9), 0, -2, 2));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void weightsOfChosenPairs(Function<AttentionSpec, FoldKernel> kernel) {
        Random random = new Random(6);
        for (Weights weights : WEIGHTS) {
            int[] some = new int[weights.queries()];
            int[] others = new int[weights.queries()];
            for (int i = 0; i < some.length; i++) {
                some[i] = random.nextInt(3) == 0 ? -1 : random.nextInt(weights.keys());
                others[i] = random.nextInt(weights.keys());
            }
            check(kernel, new PairWeights(List.of(some, others)), weights, sums -> {
                for (int i = 0; i < some.length; i++) {
                    String what = weights.attend().spec() + " " + i;
                    assertNear(some[i] < 0 ? 0 : weights.p()[i][some[i]], sums.get(i, 0), what);
                    assertNear(weights.p()[i][others[i]], sums.get(i, 1), what);
                }
            });
        }
        assertThrows(IllegalArgumentException.class, () -> new PairWeights(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new PairWeights(List.of(new int[3]))
                .begin(new Place(0, 0, 4, 0)));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void massOfSectionsAndTheirMap(Function<AttentionSpec, FoldKernel> kernel) {
        long[] starts = {2, 3, 40, 64, 65, 200, 5000};
        for (Weights weights : WEIGHTS) {
            double[][] map = new double[starts.length][starts.length];
            double[][] rows = new double[weights.queries()][starts.length];
            for (int i = 0; i < weights.queries(); i++) {
                for (int j = 2; j < weights.keys(); j++) {
                    int section = Ranges.section(starts, j);
                    rows[i][section] += weights.p()[i][j];
                    if (i >= 2) {
                        map[Ranges.section(starts, i)][section] += weights.p()[i][j];
                    }
                }
            }
            check(kernel, new SectionMass(starts), weights, sums -> {
                for (int i = 0; i < weights.queries(); i++) {
                    for (int s = 0; s < starts.length; s++) {
                        assertNear(rows[i][s], sums.get(i, s), weights.attend().spec() + " " + i + " " + s);
                    }
                }
            });
            check(kernel, new SectionMap(starts), weights, sums -> {
                for (int i = 0; i < starts.length; i++) {
                    for (int s = 0; s < starts.length; s++) {
                        assertNear(map[i][s], sums.get(i, s), weights.attend().spec() + " " + i + " " + s);
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void massOnSetsOfKeys(Function<AttentionSpec, FoldKernel> kernel) {
        BitSet some = new BitSet();
        BitSet few = new BitSet();
        Random random = new Random(9);
        for (int j = 0; j < 2000; j++) {
            some.set(j, random.nextInt(4) == 0);
        }
        few.set(150);
        for (Weights weights : WEIGHTS) {
            check(kernel, new KeySets(List.of(some, few, new BitSet())), weights, sums -> {
                for (int i = 0; i < weights.queries(); i++) {
                    double onSome = 0;
                    for (int j = 0; j < weights.keys(); j++) {
                        onSome += some.get(j) ? weights.p()[i][j] : 0;
                    }
                    assertNear(onSome, sums.get(i, 0), weights.attend().spec() + " " + i);
                    assertNear(
                            weights.p()[i][150],
                            sums.get(i, 1),
                            weights.attend().spec() + " " + i);
                    assertEquals(0, sums.get(i, 2));
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void heaviestKeysOfAQueryAndQueriesOfAKey(Function<AttentionSpec, FoldKernel> kernel) {
        for (int most : new int[] {1, 5, 120}) {
            for (Weights weights : WEIGHTS) {
                check(kernel, new TopKeys(most), weights, tops -> {
                    for (int i = 0; i < weights.queries(); i++) {
                        assertTops(weights.p()[i], tops, i);
                    }
                });
                check(kernel, new TopQueries(most), weights, tops -> {
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
    @MethodSource("kernels")
    void placesTellEachOtherWhatIsHeaviest(Function<AttentionSpec, FoldKernel> kernel) {
        for (Weights weights : WEIGHTS) {
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
            assertEquals(expected, tops.weight(position, rank), TOLERANCE * expected + 1e-30);
            if (tops.weight(position, rank) > 0) {
                int other = (int) tops.other(position, rank);
                assertTrue(!others.get(other));
                others.set(other);
                assertEquals(weights[other], tops.weight(position, rank), TOLERANCE * weights[other]);
                assertTrue(rank == 0 || tops.weight(position, rank) <= tops.weight(position, rank - 1));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void strongestLinksBeyondADistance(Function<AttentionSpec, FoldKernel> kernel) {
        for (long floor : new long[] {0, 1, 60}) {
            for (Weights weights : WEIGHTS) {
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
                check(kernel, new StrongestLinks(30, floor), weights, links -> {
                    List<Links.Link> sorted = links.sorted();
                    assertEquals(Math.min(30, all.size()), sorted.size());
                    assertEquals(sorted.size(), sorted.stream().distinct().count());
                    for (int rank = 0; rank < sorted.size(); rank++) {
                        Links.Link link = sorted.get(rank);
                        double p = weights.p()[(int) link.query()][(int) link.key()];
                        assertEquals(weights.attend().head(), link.head());
                        assertEquals(p, link.weight(), TOLERANCE * p);
                        assertEquals(all.get(rank).weight(), link.weight(), TOLERANCE * p);
                        assertTrue(Math.abs(link.key() - link.query() - weights.shift()) >= floor);
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void keysForPartsOfTheMassAndWholeRows(Function<AttentionSpec, FoldKernel> kernel) {
        long[] chosen = {0, 1, 16, 45, 46, 250};
        for (Weights weights : WEIGHTS) {
            for (int every : new int[] {1, 7, 16, 50}) {
                check(kernel, new KeysForMass(every), weights, bins -> {
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
            check(kernel, new ChosenRows(chosen), weights, rows -> {
                for (long query : chosen) {
                    for (int j = 0; j < weights.keys() && query < weights.queries(); j++) {
                        double p = weights.p()[(int) query][j];
                        assertEquals(p, rows.get(query, j), TOLERANCE * p + 1e-30);
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

    /** Bits, if kernels and order are the same. */
    @Test
    void partsMergeToTheSameBits() {
        for (Weights weights : WEIGHTS) {
            for (int t = 0; t < 2; t++) {
                assertEquals(
                        weights.fold(Kernels::folds, new Received(), 37, 70, 140),
                        weights.fold(Kernels::folds, new Received(), 37, 70, 140));
            }
            PositionTops whole = weights.fold(Kernels::folds, new TopKeys(4), 1000, 2000);
            assertEquals(whole, weights.fold(Kernels::folds, new TopKeys(4), 16, 30, 90), "whatever the cut");
            Links links = weights.fold(Kernels::folds, new StrongestLinks(9, 2), 1000, 2000);
            assertEquals(links, weights.fold(Kernels::folds, new StrongestLinks(9, 2), 16, 30, 90));
        }
    }

    @Test
    void whatCannotBeFoldedIsRefused() {
        AttentionSpec spec = AttentionSpec.of(1, 4);
        Attend attend = Attend.random(new Random(1), spec, 3, 5, 1);
        QueryBlock queries = QueryBlock.pack(spec, 0, 0, 3, attend.q(), 0, 4);
        for (Function<AttentionSpec, FoldKernel> kernel : kernels()) {
            for (double[] lse : new double[][] {{1, 2}, {1, 2, Double.NaN}, {1, 2, Double.POSITIVE_INFINITY}}) {
                assertThrows(IllegalArgumentException.class, () -> kernel.apply(spec)
                        .fold(queries, lse, attend.keyValueBlock(0, 5), List.of()));
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new TopKeys(0));
        assertThrows(IllegalArgumentException.class, () -> new TopQueries(0));
        assertThrows(IllegalArgumentException.class, () -> new StrongestLinks(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new StrongestLinks(1, -1));
        assertThrows(IllegalArgumentException.class, () -> new KeysForMass(0));
        assertThrows(IllegalArgumentException.class, () -> new SectionMass(new long[] {3, 3}));
        assertThrows(IllegalArgumentException.class, () -> new SectionMap(new long[0]));
        assertThrows(IllegalArgumentException.class, () -> new DistanceMass(new long[] {3, 1}));
        assertThrows(IllegalArgumentException.class, () -> new KeySets(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new ChosenRows(new long[] {2, 1}));
        assertThrows(
                IllegalArgumentException.class, () -> new Received(List.of(new float[2])).begin(new Place(0, 0, 3, 0)));
        assertThrows(IllegalArgumentException.class, () -> new PositionSums(0, 1, 2).merge(new PositionSums(0, 1, 3)));
    }
}
