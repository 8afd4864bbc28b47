package foco.kernels.vector;

import foco.kernels.shape.KernelShape;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** This machine's vectors, as constants of the compiled loops. */
final class Lanes {

    /** Only where there is one; see {@link VectorMachine}. */
    static final KernelShape SHAPE = VectorMachine.shape().orElseThrow();

    /** Float lanes in a vector: 4, 8 or 16. */
    static final int COUNT = SHAPE.lanes();

    static final VectorSpecies<Float> SPECIES =
            switch (COUNT) {
                case 4 -> FloatVector.SPECIES_128;
                case 8 -> FloatVector.SPECIES_256;
                default -> FloatVector.SPECIES_512;
            };

    /** The same vectors as integers. */
    static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class).check(int.class);

    /**
     * What every vector here is. The compiler infers of a vector that a loop carries only that it is some {@code FloatVector};
     * to call a method of it, it then needs what the JVM has seen there, and where it lacks that, each turn of the loop makes an
     * object. {@code TYPE.cast(v)} says what it is, and is no instruction.
     */
    static final Class<? extends FloatVector> TYPE = SPECIES.vectorType().asSubclass(FloatVector.class);

    /** The same of vectors of integers. */
    static final Class<? extends IntVector> INT_TYPE = INTS.vectorType().asSubclass(IntVector.class);

    /** Whether micro-kernels hold eight rows, or five and six. */
    static final boolean EIGHT_ROWS = SHAPE.heights().equals(KernelShape.EIGHTS);

    private Lanes() {}
}
