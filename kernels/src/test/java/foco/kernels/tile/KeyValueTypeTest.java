package foco.kernels.tile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.Attend;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyValueTypeTest {

    /** IEEE 754-2008, 3.4: sign, exponent of bias 15, fraction of 10 bits. */
    private static double binary16(int bits) {
        double sign = bits >>> 15 == 0 ? 1 : -1;
        int exponent = bits >>> 10 & 31;
        double fraction = (bits & 1023) / 1024.0;
        if (exponent == 31) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0 ? sign * fraction * Math.pow(2, -14) : sign * (1 + fraction) * Math.pow(2, exponent - 15);
    }

    @Test
    void everyHalfPrecisionNumberBecomesTheSameSinglePrecisionNumberAndBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float wide = KeyValueType.FLOAT16.widen((short) bits);
            // assertEquals on doubles tells -0.0 from 0.0 and holds NaN equal to NaN.
            assertEquals(binary16(bits), wide, "bits " + Integer.toHexString(bits));
            if (!Float.isNaN(wide)) {
                assertEquals((short) bits, KeyValueType.FLOAT16.narrow(wide));
            }
        }
    }

    @Test
    void theSpecialNumbersAreRight() {
        assertEquals(65504f, KeyValueType.FLOAT16.widen((short) 0x7bff));
        assertEquals(0x1p-24f, KeyValueType.FLOAT16.widen((short) 0x0001));
        assertEquals(Float.NEGATIVE_INFINITY, KeyValueType.FLOAT16.widen((short) 0xfc00));
        assertTrue(Float.isNaN(KeyValueType.FLOAT16.widen((short) 0x7e00)));
    }

    @Test
    void everyNumberIsRoundedToTheNearestAndTiesToEven() {
        for (KeyValueType type : new KeyValueType[] {KeyValueType.FLOAT16, KeyValueType.BFLOAT16}) {
            for (int bits = 0; bits < 0x7bff; bits++) {
                double low = type.widen((short) bits);
                double high = type.widen((short) (bits + 1));
                float middle = (float) ((low + high) / 2);
                float even = (float) ((bits & 1) == 0 ? low : high);
                assertEquals(even, type.round(middle), type + " " + Integer.toHexString(bits));
                assertEquals((float) high, type.round(Math.nextUp(middle)));
                assertEquals((float) low, type.round(Math.nextDown(middle)));
                assertEquals((float) -low, type.round(-Math.nextDown(middle)));
            }
        }
        assertEquals(65504f, KeyValueType.FLOAT16.round(65519.996f));
        assertEquals(Float.POSITIVE_INFINITY, KeyValueType.FLOAT16.round(65520f));
        assertEquals(1.23456789f, KeyValueType.FLOAT32.round(1.23456789f));
    }

    @Test
    void aHalfBlockIsItsBlockOfRoundedNumbers() {
        for (KeyValueType type : new KeyValueType[] {KeyValueType.FLOAT16, KeyValueType.BFLOAT16}) {
            float[] rows = Attend.gaussians(new Random(3), 50 * 20, 3);
            for (int i = 0; i < rows.length; i++) {
                rows[i] = type.round(rows[i]);
            }
            KeyValueBlock block = KeyValueBlock.pack(7, 50, rows, 0, 20, 12, rows, 12, 20, 8);
            HalfBlock half = new HalfBlock(type, block);
            KeyValueBlock widened = half.floats();
            assertArrayEquals(block.keys().values(), widened.keys().values());
            assertArrayEquals(block.values().values(), widened.values().values());
            assertEquals(block.firstKey(), widened.firstKey());
            assertEquals(block.count(), widened.count());
            assertEquals(block.maxKeyNorm(), widened.maxKeyNorm());
            assertEquals(block.bytes(), 2 * half.bytes());
        }
    }

    @Test
    void anUnknownFormatIsRefused() {
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, () -> KeyValueType.of("int8"));
        assertEquals(
                "Keys and values can be kept as float32, bf16, float16, and not as \"int8\".", thrown.getMessage());
    }
}
