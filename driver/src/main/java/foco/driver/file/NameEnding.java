package foco.driver.file;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the ending of an output's name promises: an array, a table or another form of data. */
public enum NameEnding {
    NPY(".npy"),
    CSV(".csv"),
    PARQUET(".parquet"),
    /** A form of data, text or pictures that Foco does not write. */
    FOREIGN(""),
    /** Nothing that is known: a name as it suits the user. */
    NONE("");

    private static final Set<String> FORMS = Stream.of(
                    "npz txt tsv json jsonl xml html md log dat bin raw",
                    "pt pth pkl pickle joblib safetensors onnx gguf msgpack tfrecord",
                    "h5 hdf5 nc mat rds rda feather arrow ipc orc avro zarr tif tiff",
                    "xls xlsx ods doc docx pdf png jpg jpeg svg gz bz2 xz zst zip tar tgz db sqlite")
            .flatMap(line -> Stream.of(line.split(" ")))
            .collect(Collectors.toUnmodifiableSet());

    private final String text;

    NameEnding(String text) {
        this.text = text;
    }

    public static NameEnding of(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (NameEnding known : new NameEnding[] {NPY, CSV, PARQUET}) {
            if (lower.endsWith(known.text)) {
                return known;
            }
        }
        return FORMS.contains(lower.substring(lower.lastIndexOf('.') + 1)) && lower.indexOf('.') >= 0 ? FOREIGN : NONE;
    }

    /** The name with this ending in place of its own. */
    public String in(String name) {
        return (of(name) == NONE ? name : name.substring(0, name.lastIndexOf('.'))) + text;
    }
}
