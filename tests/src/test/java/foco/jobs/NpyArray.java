package foco.jobs;

import foco.driver.file.ArrayFile;
import foco.driver.file.ArrayReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/** An array as a test has it in memory: float32 numbers in C order, and files made of them by NumPy's definition (NEP 1). */
public record NpyArray(float[] values, int... shape) {

    public static NpyArray random(Random random, int... shape) {
        int count = 1;
        for (int length : shape) {
            count *= length;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new NpyArray(values, shape);
    }

    public static NpyArray read(Path file) throws IOException {
        Configuration hadoop = new Configuration();
        ArrayFile npy = ArrayFile.open(file.toString(), hadoop);
        float[] values = new float[(int) npy.header().elements()];
        try (ArrayReader reader = npy.reader(hadoop)) {
            reader.read(0, values, 0, values.length);
        }
        return new NpyArray(
                values, npy.header().shape().stream().mapToInt(Long::intValue).toArray());
    }

    /** {@code [n, heads*d]} as {@code [heads, n, d]}. */
    NpyArray byHead(int heads) {
        int n = shape[0];
        int d = shape[1] / heads;
        float[] turned = new float[values.length];
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < n; i++) {
                System.arraycopy(values, (i * heads + h) * d, turned, (h * n + i) * d, d);
            }
        }
        return new NpyArray(turned, heads, n, d);
    }

    public NpyArray with(int at, float value) {
        float[] changed = values.clone();
        changed[at] = value;
        return new NpyArray(changed, shape);
    }

    public Path float32(Path file) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return write(file, "<f4", data.array());
    }

    Path bigEndianFloat64(Path file) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.BIG_ENDIAN);
        for (float value : values) {
            data.putDouble(value);
        }
        return write(file, ">f8", data.array());
    }

    Path write(Path file, String descr, byte[] data) throws IOException {
        StringBuilder tuple = new StringBuilder();
        for (int length : shape) {
            tuple.append(length).append(", ");
        }
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr, tuple);
        header += " ".repeat(64 - (10 + header.length() + 1) % 64) + "\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("\u0093NUMPY\u0001\u0000".getBytes(StandardCharsets.ISO_8859_1));
        bytes.write(header.length());
        bytes.write(header.length() >>> 8);
        bytes.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(data);
        return Files.write(file, bytes.toByteArray());
    }
}
