package foco.jobs.io;

import foco.driver.InvalidInputException;
import foco.kernels.mask.Mask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** An {@code .npy} file of bools as a mask: True where a query sees a key, as in the ONNX operator Attention. */
public final class MaskFile {

    /** What the mask takes in memory and in each task is an eighth of this many bytes. */
    private static final long MOST_ELEMENTS = 1L << 30;

    private MaskFile() {}

    /**
     * Reads {@code [n_q, n_k]}, {@code [heads, n_q, n_k]} or {@code [batch, heads, n_q, n_k]}; a dimension may be 1 and
     * stands for all.
     *
     * @param queries the layout of the queries that it is for
     * @param keys the layout of the keys
     * @throws InvalidInputException if the file holds no bools, or is of another shape
     */
    public static Mask read(String name, HeadLayout queries, HeadLayout keys, Configuration hadoop) throws IOException {
        NpyFile file = NpyFile.open(name, hadoop);
        NpyHeader header = file.header();
        if (header.type().isFloat() || header.type().bytes() != 1) {
            throw new InvalidInputException(
                    "%s holds %s, and a mask must hold bool, True where a query sees a key; save it with .astype(bool)"
                            .formatted(name, header.type().numpyName()));
        }
        long[] due = {queries.sequences(), queries.heads(), queries.tokens(), keys.tokens()};
        long[] shape = shape(name, header.shape(), due);
        if (header.elements() > MOST_ELEMENTS) {
            throw new InvalidInputException("%s has %,d elements, and a mask at most %,d; say it by the other options"
                    .formatted(name, header.elements(), MOST_ELEMENTS));
        }
        int each = (int) (shape[1] * shape[2] * shape[3]);
        try (NpyReader reader = file.reader(hadoop)) {
            if (shape[0] == 1) {
                return mask(reader, 0, each, shape);
            }
            Map<String, Mask> masks = new HashMap<>();
            for (int sequence = 0; sequence < shape[0]; sequence++) {
                masks.put(String.valueOf(sequence), mask(reader, (long) sequence * each, each, shape));
            }
            return Mask.bySequence(masks);
        }
    }

    private static Mask mask(NpyReader reader, long first, int count, long[] shape) throws IOException {
        return Mask.matrix((int) shape[1], (int) shape[2], (int) shape[3], reader.bits(first, count));
    }

    /** The file's shape as {@code [batch, heads, n_q, n_k]}. */
    private static long[] shape(String name, List<Long> given, long[] due) {
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
                    "%s has shape %s, and a mask here [%d, %d, %d, %d] or the last two or three of it, any of them 1"
                            .formatted(
                                    name,
                                    given.toString().replace('[', '(').replace(']', ')'),
                                    due[0],
                                    due[1],
                                    due[2],
                                    due[3]));
        }
        return shape.stream().mapToLong(Long::longValue).toArray();
    }
}
