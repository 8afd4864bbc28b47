package foco.driver.file;

import java.util.Locale;

/** A format of files or of folders of files, known by the ending of a name. {@link FileFormats} lists them. */
public sealed interface FileFormat permits ArrayFormat, TableFormat {

    /** Such as {@code .npy}. */
    String ending();

    /** Whether a name promises this format. */
    default boolean isOf(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(ending());
    }
}
