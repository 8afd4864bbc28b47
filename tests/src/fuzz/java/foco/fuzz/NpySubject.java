package foco.fuzz;

import foco.driver.block.InvalidInputException;
import foco.driver.file.ArrayFile;
import foco.driver.file.ArrayReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/** {@code .npy} and safetensors files, whole and damaged: the reader gives their numbers, or refuses in one line. */
final class NpySubject implements Subject {

    private static final Configuration HADOOP = new Configuration();

    private final boolean isNpy;
    private final Path file;

    /** @param isNpy whether in that form; else in safetensors */
    NpySubject(Path folder, boolean isNpy) {
        this.isNpy = isNpy;
        this.file = folder.resolve(isNpy ? "reader.npy" : "reader.safetensors");
    }

    @Override
    public String name() {
        return isNpy ? "npy" : "safetensors";
    }

    @Override
    public int share() {
        return 1;
    }

    @Override
    public void check(long seed) throws Mismatch, IOException {
        Random random = new Random(seed);
        NpyBytes whole = isNpy ? NpyBytes.random(random, shape(random)) : NpyBytes.tensor(random, shape(random));
        boolean isWhole = random.nextInt(8) == 0;
        byte[] bytes = isWhole ? whole.bytes() : Damage.of(whole.bytes(), random);
        Files.write(file, bytes);
        try {
            ArrayFile npy = ArrayFile.open(isNpy ? file.toString() : file + ":t", HADOOP);
            read(npy, bytes.length);
            if (isWhole) {
                requireSame(whole, npy);
            }
        } catch (InvalidInputException e) {
            if (isWhole
                    || e.getMessage().lines().count() != 1
                    || !e.getMessage().contains(file.toString())) {
                throw new Mismatch("refused as: " + e.getMessage(), e);
            }
        }
    }

    private static int[] shape(Random random) {
        int[] shape = new int[random.nextInt(5)];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(7);
        }
        return shape;
    }

    /** Reads all that the header promises, which the file must hold. */
    private void read(ArrayFile npy, int length) throws IOException, Mismatch {
        long elements = npy.header().elements();
        long end = npy.header().dataOffset() + npy.header().dataBytes();
        if (isNpy && end != length || end < npy.header().dataOffset() || end > length || elements > length) {
            throw new Mismatch("%s opens, of %d bytes".formatted(npy, length));
        }
        int count = (int) elements;
        try (ArrayReader reader = npy.reader(HADOOP)) {
            if (npy.header().type().isFloat()) {
                reader.read(0, new float[count], 0, count);
            } else {
                reader.integers(0, count);
            }
        }
    }

    private static void requireSame(NpyBytes whole, ArrayFile npy) throws IOException, Mismatch {
        List<Long> shape = Arrays.stream(whole.shape()).asLongStream().boxed().toList();
        float[] values = new float[whole.values().length];
        try (ArrayReader reader = npy.reader(HADOOP)) {
            reader.read(0, values, 0, values.length);
        }
        if (!npy.header().shape().equals(shape) || !Arrays.equals(values, whole.values())) {
            throw new Mismatch("%s was read as other numbers than were written".formatted(npy));
        }
    }
}
