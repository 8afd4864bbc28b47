package foco.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A whole file of numbers: {@code .npy} by NumPy's definition (NEP 1), or safetensors.
 *
 * @param values what a reader must give
 */
record NpyBytes(int[] shape, float[] values, byte[] bytes) {

    /** A file of float32 or float64 in any order of bytes. */
    static NpyBytes random(Random random, int... shape) {
        int count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[count];
        boolean isDouble = random.nextBoolean();
        boolean isBig = random.nextBoolean();
        ByteBuffer data = ByteBuffer.allocate(count * (isDouble ? 8 : 4))
                .order(isBig ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
            if (isDouble) {
                data.putDouble(values[i]);
            } else {
                data.putFloat(values[i]);
            }
        }
        String descr = (isBig ? ">" : "<") + (isDouble ? "f8" : "f4");
        return new NpyBytes(shape, values, file(1 + random.nextInt(3), descr, shape, data.array()));
    }

    /** A safetensors file with this as one of its two tensors, named {@code t}; of float32, as the bytes are. */
    static NpyBytes tensor(Random random, int... shape) {
        int count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[count];
        ByteBuffer data = ByteBuffer.allocate(4 * count + 8).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(1).putFloat(2);
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
            data.putFloat(values[i]);
        }
        String header =
                "{\"s\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"t\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[8,%d]}}"
                        .formatted(Arrays.toString(shape), data.capacity());
        byte[] text = (header + " ".repeat(random.nextInt(8))).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + text.length + data.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text).put(data.array());
        return new NpyBytes(shape, values, bytes.array());
    }

    private static byte[] file(int version, String descr, int[] shape, byte[] data) {
        String tuple = Arrays.stream(shape).mapToObj(length -> length + ", ").collect(Collectors.joining());
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr, tuple);
        int prefix = version == 1 ? 10 : 12;
        header += " ".repeat(64 - (prefix + header.length() + 1) % 64) + "\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1));
        bytes.write(version);
        bytes.write(0);
        int length = header.length();
        for (int i = 0; i < prefix - 8; i++) {
            bytes.write(length >>> 8 * i);
        }
        bytes.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(data);
        return bytes.toByteArray();
    }
}
