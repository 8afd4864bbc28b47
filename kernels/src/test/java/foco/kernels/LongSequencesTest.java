package foco.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.breeze.ReferenceAttention;
import foco.kernels.mask.Mask;
import foco.kernels.mask.RandomMasks;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SegmentedState;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.QueryBlock;
import foco.kernels.vector.VectorKernel;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Keys in blocks of more than 64 panels, and sums over a million of them. */
class LongSequencesTest {

    /** What the design allows at a million keys. */
    private static final double TOLERANCE = 3e-6;

    private static final int MILLION = 1 << 20;
    private static final int BLOCK = 768;

    /** As a task computes it: a state for each segment of the keys, merged at the end. */
    @Test
    void aMillionKeysAreWithinTheToleranceOfTheDesign() {
        int width = 16;
        int queries = 8;
        AttentionSpec spec = AttentionSpec.of(1, width);
        for (double magnitude : new double[] {0.1, 2}) {
            Attend attend = Attend.random(new Random(20), spec, queries, MILLION, magnitude);
            int blocks = (MILLION + BLOCK - 1) / BLOCK;
            QueryBlock block = QueryBlock.pack(spec, 0, 0, queries, attend.q(), 0, width);
            AttentionKernel kernel = new VectorKernel(spec);
            SegmentedState segments = new SegmentedState(spec, 0, queries, blocks);
            for (int b = 0; b < blocks; b++) {
                int first = b * BLOCK;
                int count = Math.min(BLOCK, MILLION - first);
                kernel.attend(block, attend.keyValueBlock(first, count), segments.of(b));
            }
            assertExact(attend.reference(), segments.merge());
        }
    }

    private static void assertExact(ReferenceAttention.Result expected, SoftmaxState state) {
        float[] output = new float[expected.output().length];
        state.finish(output, 0, state.valueWidth());
        double error = Attend.relativeError(output, expected.output());
        assertTrue(error <= TOLERANCE, () -> "relative error " + error);
        float[] lse = new float[state.rows()];
        for (int i = 0; i < lse.length; i++) {
            lse[i] = state.logSumExp(i);
        }
        double difference = Attend.largestDifference(lse, expected.lse());
        assertTrue(difference <= 1e-6, () -> "lse error " + difference);
    }

    /** Of which panels are more than the bits of a word, and tiles more than four. */
    @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
    void blocksOfMoreThan1024RowsMatchFloat64(
            @ForAll("masks") RandomMasks.Recipe recipe,
            @ForAll @IntRange(min = 1, max = 80) int queries,
            @ForAll @IntRange(min = 1025, max = 5000) int keys,
            @ForAll @IntRange(min = 1025, max = 4096) int keyRows,
            @ForAll long seed) {
        Mask mask = recipe.of(queries, keys);
        Attend attend = Attend.random(new Random(seed), Attend.oneHead(5, 3, mask), queries, keys, 1);
        ReferenceAttention.Result expected = attend.reference();
        Attend.Result actual = attend.blockwise(VectorKernel::new, 64, keyRows);
        double tolerance = Attend.tolerance(attend.largestScore());
        double error = Attend.relativeError(actual.output(), expected.output(), attend.norm());
        assertTrue(error <= tolerance, () -> mask + ": relative error " + error + " above " + tolerance);
        double difference = Attend.largestDifference(actual.lse(), expected.lse());
        assertTrue(difference <= tolerance, () -> mask + ": lse error " + difference + " above " + tolerance);
    }

    @Provide
    Arbitrary<RandomMasks.Recipe> masks() {
        return Arbitraries.oneOf(RandomMasks.kinds(), RandomMasks.trees());
    }
}
