package foco.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.breeze.BreezeKernel;
import foco.kernels.mask.Mask;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.vector.VectorKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class TileCountsTest {

    private static final List<Function<AttentionSpec, AttentionKernel>> KERNELS =
            List.of(VectorKernel::new, BreezeKernel::new);

    /** The kernel that attended in blocks of 128 queries and keys. */
    private static AttentionKernel attended(Function<AttentionSpec, AttentionKernel> kernels, Mask mask) {
        List<AttentionKernel> made = new ArrayList<>();
        Attend.random(new Random(90), Attend.oneHead(16, 16, mask), 640, 640, 1)
                .blockwise(
                        spec -> {
                            made.add(kernels.apply(spec));
                            return made.get(0);
                        },
                        128,
                        128);
        return made.get(0);
    }

    @Test
    void everyTileIsEitherComputedOrSkipped() {
        for (Function<AttentionSpec, AttentionKernel> kernels : KERNELS) {
            AttentionKernel full = attended(kernels, Mask.full());
            long tiles = full.tilesComputed();
            assertTrue(tiles >= 25, full.name());
            assertEquals(0, full.tilesSkipped(), full.name());
            for (Mask mask :
                    List.of(Mask.causal(), Mask.window(100, 0), Mask.full().not())) {
                AttentionKernel kernel = attended(kernels, mask);
                assertEquals(tiles, kernel.tilesComputed() + kernel.tilesSkipped(), kernel.name() + " " + mask);
            }
        }
    }

    @Test
    void tilesBeyondTheDiagonalAreSkipped() {
        for (Function<AttentionSpec, AttentionKernel> kernels : KERNELS) {
            long tiles = attended(kernels, Mask.full()).tilesComputed();
            // 5 x 5 blocks, of which 15 lie on or below the diagonal.
            assertEquals(tiles * 15 / 25, attended(kernels, Mask.causal()).tilesComputed());
            assertEquals(0, attended(kernels, Mask.full().not()).tilesComputed());
        }
    }
}
