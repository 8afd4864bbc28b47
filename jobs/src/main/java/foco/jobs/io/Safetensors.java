package foco.jobs.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.block.InvalidInputException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;

/**
 * Tensors in safetensors files, as Hugging Face keeps the weights of models: eight bytes with the length of a header, the
 * header in JSON, the tensors' numbers, little-endian in C order. A tensor is named after its file and a colon, {@code
 * model.safetensors:layer.0.weight}; one of several shards after their index, {@code
 * model.safetensors.index.json:layer.0.weight}. The format is described at
 * <a href="https://huggingface.co/docs/safetensors">huggingface.co/docs/safetensors</a>.
 */
final class Safetensors {
    private static final String EXTENSION = ".safetensors";
    private static final Pattern NAME = Pattern.compile("(.*\\.safetensors(?:\\.index\\.json)?)(?::(.+))?");
    private static final int LENGTH_BYTES = 8;
    /** The format's own limit. */
    private static final long LONGEST_HEADER = 100_000_000;
    /** Tensors start at a multiple of this, as other writers have it. */
    private static final int ALIGNMENT = 8;

    private static final int NAMED = 8;
    private static final Map<String, NpyType.Kind> TYPES = Map.of(
            "F16", NpyType.Kind.FLOAT16,
            "BF16", NpyType.Kind.BFLOAT16,
            "F32", NpyType.Kind.FLOAT32,
            "F64", NpyType.Kind.FLOAT64,
            "BOOL", NpyType.Kind.BOOL,
            "I32", NpyType.Kind.INT32,
            "I64", NpyType.Kind.INT64);
    private static final ObjectMapper JSON = new ObjectMapper();

    private Safetensors() {}

    /**
     * A tensor's name, taken apart.
     *
     * @param file a file of tensors, or the index of its shards
     * @param tensor none if only the file is named
     */
    record Name(String file, Optional<String> tensor) {

        /** What a name says, if it is of this format. */
        static Optional<Name> of(String name) {
            Matcher matcher = NAME.matcher(name);
            return matcher.matches()
                    ? Optional.of(new Name(matcher.group(1), Optional.ofNullable(matcher.group(2))))
                    : Optional.empty();
        }

        boolean isIndex() {
            return file.endsWith(".json");
        }
    }

    /** Where a tensor is, and what it is. */
    record Found(Location location, NpyHeader header) {}

    /**
     * Finds a tensor and checks that its file is whole.
     *
     * @throws InvalidInputException if there is no such file or tensor, or it is not one that Foco reads
     */
    static Found find(Name name, Configuration hadoop) throws IOException {
        if (!name.isIndex()) {
            return inFile(name.file, name.tensor, hadoop);
        }
        JsonNode shards = parse(content(name.file, hadoop), name.file).path("weight_map");
        List<String> names = new ArrayList<>();
        shards.fieldNames().forEachRemaining(names::add);
        String tensor = chosen(name.file, name.tensor, names);
        String shard = shards.get(tensor).asText();
        if (!shard.endsWith(EXTENSION) || shard.contains("/")) {
            throw new InvalidInputException("%s says that %s lies in %s, which is no safetensors file beside it"
                    .formatted(name.file, NpyLiteral.printable(tensor), NpyLiteral.quoted(shard)));
        }
        String folder = name.file.substring(0, name.file.lastIndexOf('/') + 1);
        return inFile(folder + shard, Optional.of(tensor), hadoop);
    }

    private static byte[] content(String file, Configuration hadoop) throws IOException {
        Location location = Location.of(file, hadoop);
        FileStatus status = location.status(hadoop);
        if (status.isDirectory() || status.getLen() > LONGEST_HEADER) {
            throw new InvalidInputException(
                    file + " is no index of safetensors files; name one, or a .safetensors file");
        }
        try (InputStream in = location.fileSystem(hadoop).open(location.path())) {
            return in.readAllBytes();
        }
    }

    private static Found inFile(String file, Optional<String> wanted, Configuration hadoop) throws IOException {
        Location location = Location.of(file, hadoop);
        FileStatus status = location.status(hadoop);
        if (status.isDirectory()) {
            throw new InvalidInputException(file + " is a directory; give a .safetensors file");
        }
        try (DataInputStream in =
                new DataInputStream(location.fileSystem(hadoop).open(location.path()))) {
            byte[] length = new byte[LENGTH_BYTES];
            in.readFully(length);
            long bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
            if (bytes < 2 || bytes > Math.min(LONGEST_HEADER, status.getLen() - LENGTH_BYTES)) {
                throw new InvalidInputException(
                        "%s is not a safetensors file, or is cut short: it claims a header of %,d bytes and has %,d in all"
                                .formatted(file, bytes, status.getLen()));
            }
            byte[] header = new byte[(int) bytes];
            in.readFully(header);
            JsonNode tensors = parse(header, file);
            List<String> names = new ArrayList<>();
            tensors.fieldNames().forEachRemaining(name -> {
                if (!name.equals("__metadata__")) {
                    names.add(name);
                }
            });
            String tensor = chosen(file, wanted, names);
            return new Found(
                    location, header(file, tensor, tensors.get(tensor), LENGTH_BYTES + bytes, status.getLen()));
        } catch (EOFException e) {
            throw new InvalidInputException(file + " is cut short within its header; copy it again");
        }
    }

    private static JsonNode parse(byte[] json, String file) throws IOException {
        try {
            // The format has UTF-8 alone; Jackson would take other first bytes for UTF-32.
            JsonNode parsed = JSON.readTree(new String(json, StandardCharsets.UTF_8));
            if (parsed != null && parsed.isObject()) {
                return parsed;
            }
        } catch (JsonProcessingException e) {
            // Told below: where in the header it stops being JSON helps nobody.
        }
        throw new InvalidInputException(
                file + " is not a safetensors file: its header is no JSON object; copy it again");
    }

    /** The tensor that is asked for; the only one if none is. */
    private static String chosen(String file, Optional<String> wanted, List<String> names) {
        if (wanted.isEmpty() && names.size() == 1) {
            return names.get(0);
        }
        if (wanted.isPresent() && names.contains(wanted.get())) {
            return wanted.get();
        }
        String some = new TreeSet<>(names)
                .stream()
                        .limit(NAMED)
                        .map(NpyLiteral::printable)
                        .reduce((a, b) -> a + ", " + b)
                        .orElse("nothing");
        String all = names.size() > NAMED ? "%s and %,d more".formatted(some, names.size() - NAMED) : some;
        throw new InvalidInputException(
                wanted.isEmpty()
                        ? "%s holds %s; name one of them, as %1$s:NAME".formatted(file, all)
                        : "%s holds no tensor %s; it has %s".formatted(file, wanted.get(), all));
    }

    private static NpyHeader header(String file, String tensor, JsonNode entry, long dataStart, long fileBytes) {
        String name = file + ":" + NpyLiteral.printable(tensor);
        String code = entry.path("dtype").asText();
        if (!TYPES.containsKey(code)) {
            throw new InvalidInputException(
                    "%s has type %s, and Foco reads F16, BF16, F32 and F64; save it as one of these"
                            .formatted(name, NpyLiteral.quoted(code)));
        }
        List<Long> shape = new ArrayList<>();
        entry.path("shape").forEach(length -> shape.add(length.asLong(-1)));
        long begin = entry.path("data_offsets").path(0).asLong(-1);
        long end = entry.path("data_offsets").path(1).asLong(-1);
        NpyHeader header = new NpyHeader(new NpyType(TYPES.get(code), false), shape, dataStart + begin);
        boolean sound = entry.path("shape").isArray() && shape.stream().allMatch(length -> length >= 0) && begin >= 0;
        try {
            sound = sound && end - begin == header.dataBytes();
        } catch (ArithmeticException e) {
            sound = false;
        }
        if (!sound) {
            throw new InvalidInputException(
                    "%s is damaged: its shape %s and its bytes %d to %d do not fit each other; copy the file again"
                            .formatted(name, shape, begin, end));
        }
        if (end > fileBytes - dataStart) {
            throw new InvalidInputException(
                    "%s is cut short: the tensor ends %,d bytes after the header and the file %,d; copy it again"
                            .formatted(name, end, fileBytes - dataStart));
        }
        return header;
    }

    /** What stands before the numbers of a file with one float32 tensor. */
    static byte[] float32(String tensor, List<Long> shape) {
        ObjectNode header = JSON.createObjectNode();
        ObjectNode entry = header.putObject(tensor);
        entry.put("dtype", "F32");
        shape.forEach(entry.putArray("shape")::add);
        entry.putArray("data_offsets").add(0).add(new NpyHeader(NpyType.FLOAT32, shape, 0).dataBytes());
        String text = header.toString();
        byte[] unpadded = text.getBytes(StandardCharsets.UTF_8);
        int blanks = Math.floorMod(-unpadded.length, ALIGNMENT);
        byte[] padded = (text + " ".repeat(blanks)).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(LENGTH_BYTES + padded.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded.length)
                .put(padded)
                .array();
    }
}
