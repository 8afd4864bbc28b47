package foco.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import foco.kernels.breeze.BreezeKernel;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import foco.kernels.vector.VectorKernel;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoundingPrintTest {

    /** A kernel that may give the next numbers in place of the right ones. */
    private record Nudged(AttentionKernel kernel, boolean nudges) implements AttentionKernel {

        @Override
        public String name() {
            return kernel.name();
        }

        @Override
        public void attend(QueryBlock queries, KeyValueBlock block, SoftmaxState state) {
            kernel.attend(queries, block, state);
            float[] sums = state.weighted();
            for (int i = 0; nudges && i < sums.length; i++) {
                sums[i] = Math.nextUp(sums[i]);
            }
        }

        @Override
        public long tilesComputed() {
            return kernel.tilesComputed();
        }

        @Override
        public long tilesSkipped() {
            return kernel.tilesSkipped();
        }
    }

    @Test
    void kernelsThatRoundDifferentlyHaveOtherPrints() {
        String print = RoundingPrint.of(VectorKernel::new);
        assertEquals(print, RoundingPrint.of(VectorKernel::new));
        assertEquals(print, Kernels.roundingPrint());
        assertNotEquals(print, RoundingPrint.of(BreezeKernel::new));
    }

    @Test
    void anUlpInWhicheverComputationShows() {
        Set<String> prints = new HashSet<>();
        int[] made = new int[1];
        for (int which = 0; which == 0 || which < made[0]; which++) {
            int nudged = which;
            made[0] = 0;
            prints.add(RoundingPrint.of(spec -> new Nudged(new VectorKernel(spec), made[0]++ == nudged)));
        }
        prints.add(RoundingPrint.of(VectorKernel::new));
        assertEquals(made[0] + 1, prints.size());
    }
}
