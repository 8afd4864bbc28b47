package foco.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The one place that knows how wide this machine's vectors are. */
final class Lanes {

    /**
     * The machine's own width, up to 512 bits. {@code -Dfoco.vector.bits=128|256|512} asks for another one: slower
     * anywhere, and with the same results to the last bit, which is what it is for.
     */
    static final VectorSpecies<Float> SPECIES = species(Integer.getInteger("foco.vector.bits", 0));

    /** Float lanes in a vector: 4, 8 or 16. */
    static final int COUNT = SPECIES.length();

    /** Whether there are 32 vector registers, as with AVX-512 and on ARM, or 16. */
    static final boolean MANY_REGISTERS =
            COUNT == 16 || !System.getProperty("os.arch").matches("amd64|x86_64|x86|i386");

    private Lanes() {}

    private static VectorSpecies<Float> species(int bits) {
        int wanted = bits == 0 ? Math.min(512, FloatVector.SPECIES_PREFERRED.vectorBitSize()) : bits;
        return switch (wanted) {
            case 128 -> FloatVector.SPECIES_128;
            case 256 -> FloatVector.SPECIES_256;
            case 512 -> FloatVector.SPECIES_512;
            default ->
                throw new IllegalArgumentException("foco.vector.bits must be 128, 256 or 512, and is " + wanted + ".");
        };
    }
}
