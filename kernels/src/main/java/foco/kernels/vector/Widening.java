package foco.kernels.vector;

import static foco.kernels.vector.Lanes.INTS;
import static foco.kernels.vector.Lanes.INT_TYPE;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.tile.HalfPanels;
import foco.kernels.tile.KeyValueType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Numbers of two bytes to float32, exactly, a vector at a time. Counts are multiples of a panel's width. */
final class Widening {

    private static final int LANES = Lanes.COUNT;
    /** Shorts, as many as there are floats in a vector. */
    private static final VectorSpecies<Short> SHORTS =
            switch (LANES) {
                case 4 -> ShortVector.SPECIES_64;
                case 8 -> ShortVector.SPECIES_128;
                default -> ShortVector.SPECIES_256;
            };
    /** From the bias of float16's exponents to that of float32's. */
    private static final float REBIASED = 0x1p112f;

    /** Shifts are by vectors: JDK 17 makes no instruction of a shift by an int. */
    private static final IntVector UPPER_HALF = IntVector.broadcast(INTS, 16);

    private static final IntVector FRACTION = IntVector.broadcast(INTS, 13);
    private static final IntVector MAGNITUDE = IntVector.broadcast(INTS, 0x7fff);
    private static final IntVector SIGN = IntVector.broadcast(INTS, 0x8000);

    private Widening() {}

    /** Widens {@code count} numbers from {@code from} on to the start of an array. */
    static void widen(HalfPanels half, int from, int count, float[] to) {
        if (half.type() == KeyValueType.BFLOAT16) {
            ofBfloat16(half.values(), from, count, to);
        } else {
            ofFloat16(half.values(), from, count, to);
        }
    }

    private static void ofBfloat16(short[] values, int from, int count, float[] to) {
        for (int i = 0; i < count; i += LANES) {
            IntVector bits = INT_TYPE.cast(
                    ShortVector.fromArray(SHORTS, values, from + i).convertShape(VectorOperators.S2I, INTS, 0));
            TYPE.cast(bits.lanewise(VectorOperators.LSHL, UPPER_HALF).reinterpretAsFloats())
                    .intoArray(to, i);
        }
    }

    /**
     * Exponent and fraction go where float32 has them, as a number with too small an exponent; a product by a power of two sets
     * that right, of subnormal numbers too.
     */
    private static void ofFloat16(short[] values, int from, int count, float[] to) {
        for (int i = 0; i < count; i += LANES) {
            IntVector bits = INT_TYPE.cast(
                    ShortVector.fromArray(SHORTS, values, from + i).convertShape(VectorOperators.S2I, INTS, 0));
            FloatVector magnitude = bits.and(MAGNITUDE)
                    .lanewise(VectorOperators.LSHL, FRACTION)
                    .reinterpretAsFloats()
                    .mul(REBIASED);
            IntVector sign = bits.and(SIGN).lanewise(VectorOperators.LSHL, UPPER_HALF);
            TYPE.cast(magnitude.reinterpretAsInts().or(sign).reinterpretAsFloats())
                    .intoArray(to, i);
        }
    }
}
