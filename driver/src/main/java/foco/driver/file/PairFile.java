package foco.driver.file;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/**
 * An array in a file that holds something for every query and key: {@code [n_q, n_k]}, {@code [heads, n_q, n_k]} or
 * {@code [batch, heads, n_q, n_k]}. A dimension may be 1 and stands for all.
 */
final class PairFile {
    /** What goes into one array. */
    private static final long MOST_ELEMENTS = 1L << 30;

    private final ArrayFile file;
    private final long[] shape;

    private PairFile(ArrayFile file, long... shape) {
        this.file = file;
        this.shape = shape;
    }

    /**
     * @param what the file is, with its article, for messages
     * @param queries the layout of the queries that it is for
     * @param keys the layout of the keys
     * @throws InvalidInputException if the file is of another shape
     */
    static PairFile of(ArrayFile file, String what, HeadLayout queries, HeadLayout keys) {
        long[] due = {queries.sequences(), queries.heads(), queries.tokens(), keys.tokens()};
        long[] shape = shape(file, what, due);
        if (file.header().elements() > MOST_ELEMENTS) {
            throw new InvalidInputException("%s has %,d elements, and %s at most %,d; say it by the other options"
                    .formatted(file.name(), file.header().elements(), what, MOST_ELEMENTS));
        }
        return new PairFile(file, shape);
    }

    /** The file's shape as {@code [batch, heads, n_q, n_k]}. */
    private static long[] shape(ArrayFile file, String what, long... due) {
        List<Long> given = file.header().shape();
        List<Long> shape = new ArrayList<>(given);
        while (shape.size() < due.length) {
            shape.add(0, 1L);
        }
        boolean fits = given.size() >= 2 && given.size() <= due.length;
        for (int i = 0; fits && i < due.length; i++) {
            fits = shape.get(i) == 1 || shape.get(i) == due[i];
        }
        if (!fits) {
            throw new InvalidInputException(
                    "%s has shape %s, and %s here [%d, %d, %d, %d] or the last two or three of it, any of them 1"
                            .formatted(
                                    file.name(),
                                    given.toString().replace('[', '(').replace(']', ')'),
                                    what,
                                    due[0],
                                    due[1],
                                    due[2],
                                    due[3]));
        }
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    int heads() {
        return (int) shape[1];
    }

    int queries() {
        return (int) shape[2];
    }

    int keys() {
        return (int) shape[3];
    }

    /** Makes something of the elements of one sequence, which begin at an index. */
    interface Part<T> {
        T read(ArrayReader reader, long first, int count) throws IOException;
    }

    /**
     * Reads the file.
     *
     * @param bySequence puts the parts of the batch's sequences together, which are named by their numbers
     */
    <T> T read(Configuration hadoop, Part<T> part, Function<Map<String, T>, T> bySequence) throws IOException {
        int each = (int) (shape[1] * shape[2] * shape[3]);
        try (ArrayReader reader = file.reader(hadoop)) {
            if (shape[0] == 1) {
                return part.read(reader, 0, each);
            }
            Map<String, T> parts = new HashMap<>();
            for (int sequence = 0; sequence < shape[0]; sequence++) {
                parts.put(String.valueOf(sequence), part.read(reader, (long) sequence * each, each));
            }
            return bySequence.apply(parts);
        }
    }
}
