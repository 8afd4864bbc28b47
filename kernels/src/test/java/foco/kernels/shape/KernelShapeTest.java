package foco.kernels.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelShapeTest {

    @ParameterizedTest(name = "{0}: {1}, {2} bits")
    @CsvSource({
        "AVX-512,                    amd64,   512,  true, 16, 8 8,   2",
        "AVX-512 on macOS,           x86_64,  512,  true, 16, 8 8,   2",
        "AVX2,                       amd64,   256,  true, 8,  5 5 6, 1",
        "AVX2 on macOS,              x86_64,  256,  true, 8,  5 5 6, 1",
        "AVX with vectors of 128,    amd64,   128,  true, 4,  5 5 6, 1",
        "NEON,                       aarch64, 128,  true, 4,  8 8,   1",
        "SVE of 256,                 aarch64, 256,  true, 8,  8 8,   1",
        "SVE of 512,                 aarch64, 512,  true, 16, 8 8,   2",
        "SVE of 2048,                aarch64, 2048, true, 16, 8 8,   2",
        "SVE of 384,                 aarch64, 384,  true, 8,  8 8,   1",
        "RISC-V,                     riscv64, 256,  true, 8,  8 8,   1",
        "an architecture of its own, loong,   128,  true, 4,  8 8,   1",
    })
    void aMachineHasItsShape(
            String machine, String architecture, int bits, boolean fma, int lanes, String heights, int tilePanels) {
        KernelShape shape = KernelShape.of(architecture, bits, fma).orElseThrow();
        assertEquals(lanes, shape.lanes());
        assertEquals(
                heights,
                shape.heights().toString().replace(",", "").replace("[", "").replace("]", ""));
        assertEquals(tilePanels, shape.tilePanels());
    }

    @ParameterizedTest(name = "{0}: {1}, {2} bits, fused multiply-add: {3}")
    @CsvSource({
        "AVX without FMA,      amd64,   256, false",
        "SSE,                  amd64,   128, false",
        "no vectors compiled,  aarch64, 64,  true",
        "no vectors at all,    mips,    0,   true",
    })
    void othersAreForThePortableKernel(String machine, String architecture, int bits, boolean fma) {
        assertEquals(Optional.empty(), KernelShape.of(architecture, bits, fma));
    }

    /** Each height has a micro-kernel, and together they are a panel. */
    @ParameterizedTest
    @CsvSource({"amd64,128", "amd64,256", "amd64,512", "aarch64,128"})
    void microKernelsFillAPanel(String architecture, int bits) {
        KernelShape shape = KernelShape.of(architecture, bits, true).orElseThrow();
        assertEquals(16, shape.heights().stream().mapToInt(height -> height).sum());
        int registers = KernelShape.isX86(architecture) && bits < 512 ? 16 : 32;
        // Two vectors for each row, two of B, and one number of A, which is a load in the multiply-add where need be.
        assertTrue(shape.heights().stream().allMatch(height -> 2 * height + 2 <= registers));
    }
}
