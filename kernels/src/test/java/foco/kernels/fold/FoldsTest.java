package foco.kernels.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.kernels.Attend;
import foco.kernels.AttentionSpec;
import foco.kernels.machine.Kernels;
import foco.kernels.routine.FoldKernel;
import foco.kernels.tile.QueryBlock;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What holds for every statistic: parts merge, and what cannot be computed is refused. */
class FoldsTest {

    /** Bits, if kernels and order are the same. */
    @Test
    void partsMergeToTheSameBits() {
        for (Weights weights : FoldCheck.WEIGHTS) {
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
        for (Function<AttentionSpec, FoldKernel> kernel : FoldCheck.kernels()) {
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
