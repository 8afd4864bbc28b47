package foco.driver.file;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a tensor in a safetensors file, taken apart: {@code FILE.safetensors:TENSOR}, or {@code
 * FILE.safetensors.index.json:TENSOR} for one of several shards.
 *
 * @param file a file of tensors, or the index of its shards
 * @param tensor none if only the file is named
 */
record SafetensorsName(String file, Optional<String> tensor) {
    private static final Pattern FORM = Pattern.compile("(.*\\.safetensors(?:\\.index\\.json)?)(?::(.+))?");

    /** What a name says, if it is of this format. */
    static Optional<SafetensorsName> of(String name) {
        Matcher matcher = FORM.matcher(name);
        return matcher.matches()
                ? Optional.of(new SafetensorsName(matcher.group(1), Optional.ofNullable(matcher.group(2))))
                : Optional.empty();
    }
}
