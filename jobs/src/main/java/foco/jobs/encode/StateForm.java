package foco.jobs.encode;

import foco.driver.file.FileFormats;
import foco.driver.file.TableFormat;
import java.util.Locale;

/** The form that an output's name promises. */
enum StateForm {
    /** An {@code .npy} file for each layer. */
    ARRAYS,
    /** A safetensors file of several tensors. */
    TENSORS,
    /** A Parquet table. */
    TABLE;

    static StateForm of(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".safetensors")) {
            return TENSORS;
        }
        return FileFormats.npy(name).equals(name) ? ARRAYS : TABLE;
    }

    /** Whether a name promises what is not written here. */
    static boolean isForeign(String name) {
        return FileFormats.isForeign(name)
                || FileFormats.of(name).filter(TableFormat.CSV::equals).isPresent();
    }
}
