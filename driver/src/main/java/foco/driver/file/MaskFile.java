package foco.driver.file;

import foco.driver.block.InvalidInputException;
import foco.kernels.mask.Mask;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** Masks from arrays of bools in files: query by query, or block by block. */
public final class MaskFile {

    private MaskFile() {}

    /**
     * Reads a {@link PairFile} that holds True where a query sees a key.
     *
     * @param queries the layout of the queries that it is for
     * @param keys the layout of the keys
     * @throws InvalidInputException if the file holds no bools, or is of another shape
     */
    public static Mask read(String name, HeadLayout queries, HeadLayout keys, Configuration hadoop) throws IOException {
        PairFile file = PairFile.of(open(name, hadoop), "a mask", queries, keys);
        return file.read(
                hadoop,
                (reader, first, count) ->
                        Mask.matrix(file.heads(), file.queries(), file.keys(), reader.bits(first, count)),
                Mask::bySequence);
    }

    /**
     * Reads a map of blocks, {@code [rows, columns]} or {@code [heads, rows, columns]}.
     *
     * @param size the positions of a block
     * @throws InvalidInputException if the file holds no bools, or has other than two or three dimensions
     */
    public static Mask blocks(String name, long size, Configuration hadoop) throws IOException {
        ArrayFile file = open(name, hadoop);
        int rank = file.header().shape().size();
        if (rank < 2 || rank > 3 || file.header().elements() > Integer.MAX_VALUE) {
            throw new InvalidInputException("%s has shape %s, and a block map [rows, columns] or [heads, rows, columns]"
                    .formatted(
                            name,
                            file.header().shape().toString().replace('[', '(').replace(']', ')')));
        }
        int[] shape = file.header().shape().stream().mapToInt(Math::toIntExact).toArray();
        try (ArrayReader reader = file.reader(hadoop)) {
            return Mask.blocks(size, rank == 3 ? shape[0] : 1, shape[rank - 2], shape[rank - 1], reader.bits(0, (int)
                    file.header().elements()));
        }
    }

    private static ArrayFile open(String name, Configuration hadoop) throws IOException {
        ArrayFile file = ArrayFile.open(name, hadoop);
        NumberType type = file.header().type();
        if (type.isFloat() || type.bytes() != 1) {
            throw new InvalidInputException(
                    "%s holds %s, and a mask must hold bool, True where a query sees a key; save it with .astype(bool)"
                            .formatted(name, type.numpyName()));
        }
        return file;
    }
}
