package foco.driver.file;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * Tensors in safetensors files, one of several as {@code FILE.safetensors:TENSOR}, and one of several shards' as {@code
 * FILE.safetensors.index.json:TENSOR}. What is written is a file of one tensor.
 */
final class SafetensorsFormat implements ArrayFormat {
    private static final Pattern NAME = Pattern.compile("(?i)(.*\\.safetensors(?:\\.index\\.json)?)(:.*)?");

    @Override
    public String ending() {
        return ".safetensors";
    }

    @Override
    public boolean isOf(String name) {
        return NAME.matcher(name).matches();
    }

    private static ArrayName parts(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(name + " is no name of a tensor");
        }
        if (":".equals(matcher.group(2))) {
            throw new InvalidInputException(name + " ends in a colon; write the tensor's name behind it");
        }
        return new ArrayName(
                matcher.group(1),
                matcher.group(2) == null ? "" : matcher.group(2).substring(1));
    }

    @Override
    public ArrayFile open(String name, Configuration hadoop) throws IOException {
        ArrayName parts = parts(name);
        Safetensors tensors = Safetensors.open(parts.file(), hadoop);
        return parts.array().isEmpty() ? tensors.only() : tensors.array(parts.array());
    }

    @Override
    public ArrayName split(String name) {
        ArrayName parts = parts(name);
        if (!parts.file().toLowerCase(Locale.ROOT).endsWith(ending())) {
            throw new InvalidInputException("%s is an index of shards, and one file is written; name it %s"
                    .formatted(name, parts.file().replaceFirst("(?i)\\.index\\.json$", "")));
        }
        return parts;
    }

    @Override
    public byte[] header(String array, List<Long> shape) {
        return Safetensors.float32(array, shape);
    }
}
