package foco.driver.file;

import foco.driver.block.InvalidInputException;
import foco.driver.plan.Counted;
import foco.kernels.score.ScoreModifier;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** What becomes of scores, from arrays of floats in files. */
public final class ScoreFile {

    private ScoreFile() {}

    /**
     * Reads a {@link PairFile} of numbers that are added to scores.
     *
     * @throws InvalidInputException if the file holds no floats, or is of another shape
     */
    public static ScoreModifier bias(String name, HeadLayout queries, HeadLayout keys, Configuration hadoop)
            throws IOException {
        PairFile file = PairFile.of(open(name, "a bias", hadoop), "a bias", queries, keys);
        return file.read(
                hadoop,
                (reader, first, count) -> {
                    float[] values = new float[count];
                    reader.read(first, values, 0, count);
                    return ScoreModifier.bias(file.heads(), file.queries(), file.keys(), values);
                },
                ScoreModifier::bySequence);
    }

    /**
     * Reads one number for each head.
     *
     * @throws InvalidInputException if the file holds other than as many floats
     */
    public static float[] sinks(String name, int heads, Configuration hadoop) throws IOException {
        ArrayFile file = open(name, "sinks", hadoop);
        requireShape(file, "sinks", List.of((long) heads));
        return floats(file, hadoop);
    }

    /**
     * Reads a table of relative biases.
     *
     * @return {@code [buckets, heads]}
     * @throws InvalidInputException if the file holds no floats, or a table for another number of heads
     */
    public static float[][] relativeBias(String name, int heads, Configuration hadoop) throws IOException {
        ArrayFile file = open(name, "a relative bias", hadoop);
        List<Long> shape = file.header().shape();
        long buckets = shape.isEmpty() ? 0 : shape.get(0);
        requireShape(file, "a relative bias", List.of(buckets, (long) heads));
        float[] values = floats(file, hadoop);
        float[][] table = new float[(int) buckets][heads];
        for (int b = 0; b < table.length; b++) {
            System.arraycopy(values, b * heads, table[b], 0, heads);
        }
        return table;
    }

    private static ArrayFile open(String name, String what, Configuration hadoop) throws IOException {
        ArrayFile file = ArrayFile.open(name, hadoop);
        if (!file.header().type().isFloat()) {
            throw new InvalidInputException(
                    "%s holds %s, and %s must hold float16, bfloat16, float32 or float64; save it with .astype(numpy.float32)"
                            .formatted(name, file.header().type().numpyName(), what));
        }
        return file;
    }

    private static void requireShape(ArrayFile file, String what, List<Long> due) {
        if (!file.header().shape().equals(due)) {
            throw new InvalidInputException("%s has shape %s, and %s for %s %s"
                    .formatted(
                            file.name(),
                            tuple(file.header().shape()),
                            what,
                            Counted.text(due.get(due.size() - 1), "head"),
                            due.size() == 1 ? tuple(due) : "[buckets, heads]"));
        }
    }

    private static String tuple(List<Long> shape) {
        return shape.toString().replace('[', '(').replace(']', ')');
    }

    private static float[] floats(ArrayFile file, Configuration hadoop) throws IOException {
        float[] values = new float[(int) file.header().elements()];
        try (ArrayReader reader = file.reader(hadoop)) {
            reader.read(0, values, 0, values.length);
        }
        return values;
    }
}
