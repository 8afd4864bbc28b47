package foco.kernels.tile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.Attend;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormsTest {

    private static final int ROWS = 67;
    private static final int COLUMNS = 21;

    @ParameterizedTest
    @ValueSource(floats = {0, 1e-44f, 1e-30f, 1e-19f, 1, 1e15f, 1e19f, 3e37f})
    void noColumnIsLongerThanItsBound(float magnitude) {
        float[] columns = Attend.gaussians(new Random(3), COLUMNS * ROWS, magnitude);
        float[] bounds = Norms.ofColumns(Panels.packTransposed(columns, 0, ROWS, ROWS, COLUMNS));
        assertEquals(Panels.padded(COLUMNS), bounds.length);
        for (int j = 0; j < bounds.length; j++) {
            double squares = 0;
            for (int i = 0; i < ROWS && j < COLUMNS; i++) {
                squares += Math.pow(columns[j * ROWS + i], 2);
            }
            double norm = Math.sqrt(squares);
            assertTrue(bounds[j] >= norm, bounds[j] + " < " + norm);
            if (magnitude == 1) {
                assertEquals(norm, bounds[j], 2e-4 * norm);
            }
        }
    }
}
