package foco.kernels.tile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.kernels.Attend;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PanelsTest {

    @ParameterizedTest
    @CsvSource({"1,1", "3,16", "16,17", "40,33", "7,64"})
    void packingKeepsEveryElementAndFillsUpWithZeros(int rows, int columns) {
        int stride = columns + 2;
        float[] source = Attend.gaussians(new Random(1), 5 + rows * stride, 1);
        Panels packed = Panels.pack(source, 5, stride, rows, columns);
        int transposedStride = rows + 3;
        float[] other = Attend.gaussians(new Random(2), 4 + columns * transposedStride, 1);
        Panels transposed = Panels.packTransposed(other, 4, transposedStride, rows, columns);
        for (int i = 0; i < Panels.even(rows); i++) {
            for (int j = 0; j < Panels.padded(columns); j++) {
                assertEquals(i < rows && j < columns ? source[5 + i * stride + j] : 0, packed.get(i, j));
                assertEquals(i < rows && j < columns ? other[4 + j * transposedStride + i] : 0, transposed.get(i, j));
            }
        }
    }

    @Test
    void aMatrixBeyondOneArrayIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Panels.pack(new float[0], 0, 0, 1 << 20, 1 << 12));
    }
}
