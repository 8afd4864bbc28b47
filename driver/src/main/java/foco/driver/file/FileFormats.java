package foco.driver.file;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The formats that Foco reads and writes. A new format of arrays is a class and a line here. */
public final class FileFormats {
    private static final ArrayFormat NPY = new NpyFormat();

    /** The name of a tensor may end as that of a file of another format. */
    private static final List<ArrayFormat> ARRAYS = List.of(new SafetensorsFormat(), NPY);

    private static final List<FileFormat> ALL =
            Stream.concat(ARRAYS.stream(), Stream.of(TableFormat.values())).toList();

    /** Endings of forms of data, text or pictures that Foco does not write. */
    private static final Set<String> FOREIGN = Stream.of(
                    "npz txt tsv json jsonl xml html md log dat bin raw",
                    "pt pth pkl pickle joblib onnx gguf msgpack tfrecord",
                    "h5 hdf5 nc mat rds rda feather arrow ipc orc avro zarr tif tiff",
                    "xls xlsx ods doc docx pdf png jpg jpeg svg gz bz2 xz zst zip tar tgz db sqlite")
            .flatMap(line -> Stream.of(line.split(" ")))
            .collect(Collectors.toUnmodifiableSet());

    private FileFormats() {}

    /** The format that a name promises; none if it promises nothing, or what Foco does not write. */
    public static Optional<FileFormat> of(String name) {
        return ALL.stream().filter(format -> format.isOf(name)).findFirst();
    }

    /** The format in which a name is read, or written, as an array: that which it promises, or NumPy's. */
    public static ArrayFormat ofArray(String name) {
        return ARRAYS.stream().filter(format -> format.isOf(name)).findFirst().orElse(NPY);
    }

    /** Whether a name promises something that Foco does not write. */
    public static boolean isForeign(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return of(name).isEmpty()
                && lower.indexOf('.') >= 0
                && FOREIGN.contains(lower.substring(lower.lastIndexOf('.') + 1));
    }

    /** The endings of arrays' files in words, such as {@code .npy or .safetensors}. */
    public static String arrayEndings() {
        return ARRAYS.stream().map(FileFormat::ending).sorted().collect(Collectors.joining(" or "));
    }

    /** A name without the ending that promises a format, or something foreign, and without what follows it. */
    public static String bare(String name) {
        Optional<FileFormat> format = of(name);
        if (format.isPresent()) {
            return name.substring(
                    0, name.toLowerCase(Locale.ROOT).lastIndexOf(format.get().ending()));
        }
        return isForeign(name) ? name.substring(0, name.lastIndexOf('.')) : name;
    }

    /** A name with the ending of NumPy's format in place of its own. */
    public static String npy(String name) {
        return bare(name) + NPY.ending();
    }

    /** A name with the ending of a table's format in place of its own. */
    public static String table(String name, TableFormat format) {
        return bare(name) + format.ending();
    }
}
