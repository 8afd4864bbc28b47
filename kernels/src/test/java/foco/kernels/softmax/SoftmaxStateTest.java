package foco.kernels.softmax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.Attend;
import foco.kernels.machine.Kernels;
import foco.kernels.mask.Mask;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.tile.QueryBlock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SoftmaxStateTest {

    @Test
    void statesOverAnySplitMergeInAnyGroupingToTheWhole() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Mask mask = Mask.causal(random.nextInt(300) - 20);
            Attend attend = Attend.random(random, Attend.oneHead(24, 10, mask), 21, 500, 1 + 40 * (seed % 3));
            SoftmaxState whole = mergeInAnyOrder(states(attend, random), random);
            float[] output = new float[21 * 10];
            whole.finish(output, 0, 10);
            float[] lse = new float[21];
            for (int i = 0; i < 21; i++) {
                lse[i] = whole.logSumExp(i);
            }
            double tolerance = Attend.tolerance(attend.largestScore());
            double error = Attend.relativeError(output, attend.reference().output());
            assertTrue(error <= tolerance, "seed " + seed + ": relative error " + error);
            double difference = Attend.largestDifference(lse, attend.reference().lse());
            assertTrue(difference <= tolerance, "seed " + seed + ": lse error " + difference);
        }
    }

    /** A state for each of a few random pieces of the keys. */
    private static List<SoftmaxState> states(Attend attend, Random random) {
        AttentionKernel kernel = Kernels.create(attend.spec());
        QueryBlock queries = QueryBlock.pack(attend.spec(), 0, 0, attend.queries(), attend.q(), 0, 24);
        List<SoftmaxState> states = new ArrayList<>();
        for (int key = 0; key < attend.keys(); ) {
            int count = Math.min(attend.keys() - key, 1 + random.nextInt(200));
            SoftmaxState state = SoftmaxState.of(attend.spec(), 0, attend.queries());
            kernel.attend(queries, attend.keyValueBlock(key, count), state);
            states.add(state);
            key += count;
        }
        return states;
    }

    private static SoftmaxState mergeInAnyOrder(List<SoftmaxState> states, Random random) {
        Collections.shuffle(states, random);
        while (states.size() > 1) {
            SoftmaxState one = states.remove(random.nextInt(states.size()));
            states.get(random.nextInt(states.size())).merge(one);
        }
        return states.get(0);
    }

    private static SoftmaxState state(int valueWidth) {
        return SoftmaxState.of(Attend.oneHead(1, valueWidth, Mask.full()), 0, 3);
    }

    @Test
    void aStateThatSawNothingGivesZerosAndMinusInfinity() {
        SoftmaxState state = state(5);
        float[] output = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
        state.merge(state(5));
        state.finish(output, 0, 5);
        for (float x : output) {
            assertEquals(0, x);
        }
        assertEquals(Float.NEGATIVE_INFINITY, state.logSumExp(1));
    }

    @Test
    void statesOfUnlikeShapesDoNotMerge() {
        assertThrows(IllegalArgumentException.class, () -> state(5).merge(state(6)));
    }
}
