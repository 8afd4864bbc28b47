package foco.driver.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenReaderTest {
    private static final Configuration HADOOP = new Configuration();

    @TempDir
    private Path folder;

    private float[] read(byte[] bytes, int heads, int sequence, long first, int count) throws IOException {
        ArrayFile file =
                ArrayFile.open(Files.write(folder.resolve("Q.npy"), bytes).toString(), HADOOP);
        HeadLayout layout = HeadLayout.of(file.name(), file.header().shape(), OptionalInt.of(heads), "--heads");
        try (TokenReader reader = new TokenReader(file, layout, HADOOP)) {
            return reader.read(sequence, first, count);
        }
    }

    private static float[] counting(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i;
        }
        return values;
    }

    @Test
    void headsStandSideBySideWhateverTheLayout() throws IOException {
        // Token 1 and 2 of 4, two heads of width 2.
        assertEquals(
                "[4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]",
                Arrays.toString(read(NpyBytes.float32("(4, 4)", counting(16)), 2, 0, 1, 2)));
        assertEquals(
                "[2.0, 3.0, 10.0, 11.0, 4.0, 5.0, 12.0, 13.0]",
                Arrays.toString(read(NpyBytes.float32("(2, 4, 2)", counting(16)), 2, 0, 1, 2)));
        assertEquals(
                "[18.0, 19.0, 26.0, 27.0, 20.0, 21.0, 28.0, 29.0]",
                Arrays.toString(read(NpyBytes.float32("(2, 2, 4, 2)", counting(32)), 2, 1, 1, 2)));
    }

    private String notFinite(byte[] bytes, int heads, int sequence, int count) throws IOException {
        ArrayFile file =
                ArrayFile.open(Files.write(folder.resolve("Q.npy"), bytes).toString(), HADOOP);
        HeadLayout layout = HeadLayout.of(file.name(), file.header().shape(), OptionalInt.of(heads), "--heads");
        try (TokenReader reader = new TokenReader(file, layout, HADOOP)) {
            return reader.firstNotFinite(reader.read(sequence, 0, count), sequence, 0)
                    .map(found -> found.replace(folder + "/", ""))
                    .orElse("all finite");
        }
    }

    private String notFinite(String shape, int elements, int at, float bad, int sequence) throws IOException {
        float[] values = counting(elements);
        values[at] = bad;
        return notFinite(NpyBytes.float32(shape, values), 2, sequence, 4);
    }

    @Test
    void aNumberThatIsNotFiniteIsNamedByItsPlaceInTheFile() throws IOException {
        assertEquals(
                "Q.npy holds NaN at row 1, column 3; replace it by a finite number, or leave the row out",
                notFinite("(4, 4)", 16, 7, Float.NaN, 0));
        assertEquals(
                "Q.npy holds infinity at head 1, row 2, column 1; replace it by a finite number, or leave the row out",
                notFinite("(2, 4, 2)", 16, 13, Float.POSITIVE_INFINITY, 0));
        assertEquals(
                "Q.npy holds -infinity at batch 1, head 0, row 3, column 0; replace it by a finite number, or leave the row"
                        + " out",
                notFinite("(2, 2, 4, 2)", 32, 22, Float.NEGATIVE_INFINITY, 1));
        assertEquals("all finite", notFinite("(2, 2, 4, 2)", 32, 22, Float.NEGATIVE_INFINITY, 0));
    }

    @Test
    void aNumberBeyondFloat32IsNamedWithItsValue() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        data.putDouble(1).putDouble(2).putDouble(3).putDouble(-1e300);
        assertEquals(
                "Q.npy holds -1.0E300 at row 1, column 1, beyond float32's range of 3.4e38; scale the array down",
                notFinite(NpyBytes.file("<f8", "(2, 2)", data.array()), 1, 0, 2));
    }
}
