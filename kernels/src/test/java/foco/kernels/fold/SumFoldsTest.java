package foco.kernels.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.Attend;
import foco.kernels.AttentionSpec;
import foco.kernels.routine.FoldKernel;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statistics that add up, against the whole matrix of weights in float64, through every kernel, in unlike cuts. */
class SumFoldsTest {

    @ParameterizedTest
    @MethodSource("foco.kernels.fold.FoldCheck#kernels")
    void massEntropyAndSupport(Function<AttentionSpec, FoldKernel> kernel) {
        for (Weights weights : FoldCheck.WEIGHTS) {
            FoldCheck.of(kernel, new Entropy(), weights, sums -> {
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
                    FoldCheck.assertNear(mass, sums.get(i, Entropy.MASS), what);
                    FoldCheck.assertNear(entropy, sums.get(i, Entropy.ENTROPY), what);
                    FoldCheck.assertNear(Math.exp(entropy), Entropy.support(sums, i), what);
                    if (weights.attend().spec().sinks().isEmpty()) {
                        FoldCheck.assertNear(seen == 0 ? 0 : 1, sums.get(i, Entropy.MASS), what);
                        assertTrue(sums.get(i, Entropy.ENTROPY) >= -FoldCheck.TOLERANCE, what);
                        assertTrue(
                                sums.get(i, Entropy.ENTROPY) <= Math.log(Math.max(1, seen)) + FoldCheck.TOLERANCE,
                                what);
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("foco.kernels.fold.FoldCheck#kernels")
    void receivedPlainAndByFactors(Function<AttentionSpec, FoldKernel> kernel) {
        for (Weights weights : FoldCheck.WEIGHTS) {
            float[] first = Attend.gaussians(new Random(1), weights.queries(), 1);
            float[] second = Attend.gaussians(new Random(2), weights.queries(), 1);
            FoldCheck.of(kernel, new Received(List.of(first, second)), weights, sums -> {
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
                        FoldCheck.assertNear(
                                expected[column],
                                sums.get(j, column),
                                weights.attend().spec() + " " + j);
                    }
                    mass[0] += expected[0];
                }
                FoldCheck.assertNear(mass[0], sums.total(0), "all that is given is received");
            });
        }
    }

    @ParameterizedTest
    @MethodSource("foco.kernels.fold.FoldCheck#kernels")
    void distances(Function<AttentionSpec, FoldKernel> kernel) {
        for (Weights weights : FoldCheck.WEIGHTS) {
            FoldCheck.of(kernel, new Distances(), weights, sums -> {
                for (int i = 0; i < weights.queries(); i++) {
                    double signed = 0;
                    double absolute = 0;
                    for (int j = 0; j < weights.keys(); j++) {
                        double distance = j - i - weights.shift();
                        signed += weights.p()[i][j] * distance;
                        absolute += weights.p()[i][j] * Math.abs(distance);
                    }
                    // What cancels is as large as the absolute distance.
                    assertEquals(signed, sums.get(i, Distances.SIGNED), FoldCheck.TOLERANCE * Math.max(1, absolute));
                    FoldCheck.assertNear(
                            absolute,
                            sums.get(i, Distances.ABSOLUTE),
                            weights.attend().spec() + " " + i);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("foco.kernels.fold.FoldCheck#kernels")
    void massByDistanceAndWithinWindows(Function<AttentionSpec, FoldKernel> kernel) {
        DistanceMass fold = DistanceMass.powersOfTwo(500).withEdges(-10, 11, -100);
        for (DistanceMass edges :
                List.of(fold, new DistanceMass(new long[] {-200}), new DistanceMass(new long[] {1}))) {
            for (Weights weights : FoldCheck.WEIGHTS) {
                FoldCheck.of(kernel, edges, weights, sums -> {
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
                            FoldCheck.assertNear(
                                    expected[column],
                                    sums.get(i, column),
                                    weights.attend().spec() + " " + i);
                        }
                        if (edges == fold) {
                            FoldCheck.assertNear(window, fold.within(sums, i, -10, 10), "window");
                            long self = i + weights.shift();
                            FoldCheck.assertNear(weights.p()[i][(int) self], sums.get(i, fold.column(0)), "self");
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
    @MethodSource("foco.kernels.fold.FoldCheck#kernels")
    void weightsOfChosenPairs(Function<AttentionSpec, FoldKernel> kernel) {
        Random random = new Random(6);
        for (Weights weights : FoldCheck.WEIGHTS) {
            int[] some = new int[weights.queries()];
            int[] others = new int[weights.queries()];
            for (int i = 0; i < some.length; i++) {
                some[i] = random.nextInt(3) == 0 ? -1 : random.nextInt(weights.keys());
                others[i] = random.nextInt(weights.keys());
            }
            FoldCheck.of(kernel, new PairWeights(List.of(some, others)), weights, sums -> {
                for (int i = 0; i < some.length; i++) {
                    String what = weights.attend().spec() + " " + i;
                    FoldCheck.assertNear(some[i] < 0 ? 0 : weights.p()[i][some[i]], sums.get(i, 0), what);
                    FoldCheck.assertNear(weights.p()[i][others[i]], sums.get(i, 1), what);
                }
            });
        }
        assertThrows(IllegalArgumentException.class, () -> new PairWeights(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new PairWeights(List.of(new int[3]))
                .begin(new Place(0, 0, 4, 0)));
    }

    @ParameterizedTest
    @MethodSource("foco.kernels.fold.FoldCheck#kernels")
    void massOfSectionsAndTheirMap(Function<AttentionSpec, FoldKernel> kernel) {
        long[] starts = {2, 3, 40, 64, 65, 200, 5000};
        for (Weights weights : FoldCheck.WEIGHTS) {
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
            FoldCheck.of(kernel, new SectionMass(starts), weights, sums -> {
                for (int i = 0; i < weights.queries(); i++) {
                    for (int s = 0; s < starts.length; s++) {
                        FoldCheck.assertNear(
                                rows[i][s], sums.get(i, s), weights.attend().spec() + " " + i + " " + s);
                    }
                }
            });
            FoldCheck.of(kernel, new SectionMap(starts), weights, sums -> {
                for (int i = 0; i < starts.length; i++) {
                    for (int s = 0; s < starts.length; s++) {
                        FoldCheck.assertNear(
                                map[i][s], sums.get(i, s), weights.attend().spec() + " " + i + " " + s);
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("foco.kernels.fold.FoldCheck#kernels")
    void massOnSetsOfKeys(Function<AttentionSpec, FoldKernel> kernel) {
        BitSet some = new BitSet();
        BitSet few = new BitSet();
        Random random = new Random(9);
        for (int j = 0; j < 2000; j++) {
            some.set(j, random.nextInt(4) == 0);
        }
        few.set(150);
        for (Weights weights : FoldCheck.WEIGHTS) {
            FoldCheck.of(kernel, new KeySets(List.of(some, few, new BitSet())), weights, sums -> {
                for (int i = 0; i < weights.queries(); i++) {
                    double onSome = 0;
                    for (int j = 0; j < weights.keys(); j++) {
                        onSome += some.get(j) ? weights.p()[i][j] : 0;
                    }
                    FoldCheck.assertNear(
                            onSome, sums.get(i, 0), weights.attend().spec() + " " + i);
                    FoldCheck.assertNear(
                            weights.p()[i][150],
                            sums.get(i, 1),
                            weights.attend().spec() + " " + i);
                    assertEquals(0, sums.get(i, 2));
                }
            });
        }
    }
}
