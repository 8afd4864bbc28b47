package foco.jobs.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class Float16Test {

    /** IEEE 754-2008, 3.4: sign, exponent of bias 15, fraction of 10 bits. */
    private static double definition(int bits) {
        double sign = bits >>> 15 == 0 ? 1 : -1;
        int exponent = bits >>> 10 & 31;
        double fraction = (bits & 1023) / 1024.0;
        if (exponent == 31) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0 ? sign * fraction * Math.pow(2, -14) : sign * (1 + fraction) * Math.pow(2, exponent - 15);
    }

    @Test
    void everyHalfPrecisionNumberBecomesTheSameSinglePrecisionNumber() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float converted = Float16.toFloat((short) bits);
            double expected = definition(bits);
            // assertEquals on doubles tells -0.0 from 0.0 and holds NaN equal to NaN.
            assertEquals(expected, converted, "bits " + Integer.toHexString(bits));
        }
    }

    @Test
    void theSpecialNumbersAreRight() {
        assertEquals(65504f, Float16.toFloat((short) 0x7bff));
        assertEquals(0x1p-24f, Float16.toFloat((short) 0x0001));
        assertEquals(Float.NEGATIVE_INFINITY, Float16.toFloat((short) 0xfc00));
        assertTrue(Float.isNaN(Float16.toFloat((short) 0x7e00)));
    }
}
