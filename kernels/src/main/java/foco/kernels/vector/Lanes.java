package foco.kernels.vector;

import foco.kernels.shape.KernelShape;
import jdk.incubator.vector.FloatVector;
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

    /** Whether micro-kernels hold eight rows, or five and six. */
    static final boolean EIGHT_ROWS = SHAPE.heights().equals(KernelShape.EIGHTS);

    private Lanes() {}
}
