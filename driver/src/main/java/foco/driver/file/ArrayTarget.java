package foco.driver.file;

import foco.driver.block.InvalidInputException;
import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Where an array of float32 numbers is written, and in which format; checked before any work is done for it. A file that is
 * written holds one array.
 */
public final class ArrayTarget {
    private final String name;
    private final OutputTarget file;
    private final ArrayFormat format;
    private final String array;

    private ArrayTarget(String name, OutputTarget file, ArrayFormat format, String array) {
        this.name = name;
        this.file = file;
        this.format = format;
        this.array = array;
    }

    /**
     * @param name of a file, which may exist and is then replaced; the ending tells the format, and any but those of
     *     {@link FileFormats} is NumPy's
     * @param array what the array is called in the file where the name does not say it and the format has a place for that
     * @throws InvalidInputException if it cannot be written there
     */
    public static ArrayTarget of(String name, String array, Configuration hadoop) throws IOException {
        ArrayFormat format = FileFormats.ofArray(name);
        ArrayName parts = format.split(name);
        return new ArrayTarget(
                name,
                OutputTarget.file(parts.file(), hadoop),
                format,
                parts.array().isEmpty() ? array : parts.array());
    }

    /** Begins the array of a layout's vectors. */
    public ArrayWriter vectors(PendingOutputs pending, HeadLayout layout) throws IOException {
        return writer(pending, layout, layout.shape());
    }

    /** Begins an array of one number for each of a layout's vectors. */
    public ArrayWriter scalars(PendingOutputs pending, HeadLayout layout) throws IOException {
        return writer(pending, layout.withWidth(1), layout.scalarShape());
    }

    /** @param shape which has as many elements as the layout but may leave out a width of 1 */
    private ArrayWriter writer(PendingOutputs pending, HeadLayout layout, List<Long> shape) throws IOException {
        ArrayWriter writer = new ArrayWriter(pending.file(file), format.header(array, shape), layout);
        pending.beforeCommit(writer::checkWhole);
        return writer;
    }

    /** As the user wrote it. */
    public String name() {
        return name;
    }

    /** The file. */
    public OutputTarget file() {
        return file;
    }
}
