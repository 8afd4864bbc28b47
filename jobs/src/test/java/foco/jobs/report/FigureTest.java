package foco.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers to two significant figures, as codes. */
class FigureTest {

    @Test
    void aCodeStandsForTheNumberRoundedToTwoFigures() {
        Random random = new Random(5);
        MathContext two = new MathContext(2, RoundingMode.HALF_UP);
        for (int i = 0; i < 100_000; i++) {
            double value = (float) (random.nextDouble() * Math.pow(10, random.nextInt(20) - 9));
            double rounded = new BigDecimal(value).round(two).doubleValue();
            assertEquals(rounded, Figure.value(Figure.code(value)), rounded * 1e-12, () -> "of " + value);
        }
    }

    @Test
    void borderCasesKeepTheirFigures() {
        for (double value : new double[] {1, 9.9, 9.95, 9.949, 99.5, 0.1, 0.01, 1e-12, 1e15, 1000, 0.00999}) {
            double rounded = new BigDecimal(value)
                    .round(new MathContext(2, RoundingMode.HALF_UP))
                    .doubleValue();
            assertEquals(rounded, Figure.value(Figure.code(value)), rounded * 0.06, () -> "of " + value);
        }
        assertEquals(0, Figure.code(0));
        assertEquals(0, Figure.code(1e-13));
    }

    @Test
    void codesAreOrderedAsNumbersAre() {
        for (int code = 1; code < 2520; code++) {
            assertTrue(Figure.value(code) > Figure.value(code - 1));
            assertEquals(code, Figure.code(Figure.value(code)));
        }
    }

    @Test
    void whatHasNoCodeIsRefused() {
        for (double value : new double[] {-1, Double.NaN, 1e16, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> Figure.code(value));
        }
    }
}
