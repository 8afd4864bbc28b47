package foco.kernels.shape;

import java.util.List;
import java.util.Optional;

/**
 * The sizes of the vector kernel's tiles and micro-kernels on a machine. They change how fast it is, and no bit of what it
 * computes; so the keys of a tile, on which rounding depends, are no part of it.
 *
 * @param lanes float32 numbers in a vector: 4, 8 or 16
 * @param heights the rows that the micro-kernels hold in registers, each two vectors wide; one after another they are the 16
 *     rows of a panel
 * @param tilePanels panels of 16 queries in a tile: as many as two vectors are wide
 */
public record KernelShape(int lanes, List<Integer> heights, int tilePanels) {

    /** Where there are 32 vector registers. */
    public static final List<Integer> EIGHTS = List.of(8, 8);

    /** Where there are 16: six rows of two vectors, two vectors beside them and one number are all that they hold. */
    public static final List<Integer> FIVES_AND_SIX = List.of(5, 5, 6);

    private static final int PANEL = 16;
    private static final int LEAST_BITS = 128;
    private static final int MOST_BITS = 512;

    /**
     * The shape for a machine.
     *
     * @param architecture as Java's {@code os.arch} says
     * @param vectorBits the vectors that the JVM prefers; more than 512, as SVE may have, count as 512
     * @param fusedMultiplyAdd whether the machine has an instruction for it: without one Java computes it number by number,
     *     thousands of times more slowly
     * @return none if the vector kernel is not for this machine
     */
    public static Optional<KernelShape> of(String architecture, int vectorBits, boolean fusedMultiplyAdd) {
        if (vectorBits < LEAST_BITS || !fusedMultiplyAdd) {
            return Optional.empty();
        }
        int lanes = Integer.highestOneBit(Math.min(MOST_BITS, vectorBits)) / Float.SIZE;
        // AVX2 and SSE name 16 registers. AVX-512 names 32, and so do NEON and SVE, RISC-V's V and others.
        boolean few = isX86(architecture) && lanes < PANEL;
        return Optional.of(new KernelShape(lanes, few ? FIVES_AND_SIX : EIGHTS, Math.max(1, 2 * lanes / PANEL)));
    }

    /** Whether a JVM names Intel's and AMD's processors so. */
    public static boolean isX86(String architecture) {
        return architecture.matches("amd64|x86_64|x86|i[3-6]86");
    }
}
