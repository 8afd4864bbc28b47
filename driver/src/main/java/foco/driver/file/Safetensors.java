package foco.driver.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.block.InvalidInputException;
import foco.driver.storage.Location;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The tensors of a safetensors file, as Hugging Face keeps the weights of models, or of several files (shards) that an
 * index lists. A file is eight bytes with the length of a header, the header in JSON, and the tensors' numbers,
 * little-endian in C order. The format is described at
 * <a href="https://huggingface.co/docs/safetensors">huggingface.co/docs/safetensors</a>.
 *
 * <p>The header of a shard is read when one of its tensors is asked for, and once. May be used by several threads.
 */
public final class Safetensors {
    private static final String EXTENSION = ".safetensors";
    private static final String INDEX = ".safetensors.index.json";
    /** The files of a model's folder, the first that is there. */
    private static final List<String> MODEL_FILES = List.of("model" + EXTENSION, "model" + INDEX);

    private static final int LENGTH_BYTES = 8;
    /** The format's own limit. */
    private static final long LONGEST_HEADER = 100_000_000;
    /** Tensors start at a multiple of this, as other writers have it. */
    private static final int ALIGNMENT = 8;

    private static final int NAMED = 8;
    /** What one array of every virtual machine can hold. */
    private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 8L;

    private static final Map<String, NumberType.Kind> TYPES = Map.of(
            "F16", NumberType.Kind.FLOAT16,
            "BF16", NumberType.Kind.BFLOAT16,
            "F32", NumberType.Kind.FLOAT32,
            "F64", NumberType.Kind.FLOAT64,
            "BOOL", NumberType.Kind.BOOL,
            "I32", NumberType.Kind.INT32,
            "I64", NumberType.Kind.INT64);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    /** The file in which each tensor lies. */
    private final SortedMap<String, String> files;

    private final Configuration hadoop;
    /** The files that have been opened. */
    private final Map<String, Shard> shards = new ConcurrentHashMap<>();

    /**
     * A file whose header has been read.
     *
     * @param dataStart bytes from the file's start to the first tensor
     */
    private record Shard(Location location, JsonNode tensors, long dataStart, long fileBytes) {

        List<String> names() {
            List<String> names = new ArrayList<>();
            tensors.fieldNames().forEachRemaining(name -> {
                if (!name.equals("__metadata__")) {
                    names.add(name);
                }
            });
            return names;
        }
    }

    private Safetensors(String name, SortedMap<String, String> files, Configuration hadoop) {
        this.name = name;
        this.files = files;
        this.hadoop = hadoop;
    }

    /**
     * Reads the names of all tensors.
     *
     * @param name a {@code .safetensors} file, the index of its shards ({@code .safetensors.index.json}), or a folder with
     *     {@code model.safetensors} or {@code model.safetensors.index.json}; in any file system that Hadoop knows
     * @throws InvalidInputException if there is no such file or it is not of this format
     * @throws IOException if the file system fails
     */
    public static Safetensors open(String name, Configuration hadoop) throws IOException {
        Location location = Location.of(name, hadoop);
        if (location.status(hadoop).isDirectory()) {
            return open(inFolder(location, hadoop), hadoop);
        }
        SortedMap<String, String> files = new TreeMap<>();
        if (name.endsWith(INDEX)) {
            String folder = name.substring(0, name.lastIndexOf('/') + 1);
            parse(content(location, hadoop), name)
                    .path("weight_map")
                    .properties()
                    .forEach(entry ->
                            files.put(entry.getKey(), folder + entry.getValue().asText()));
            return new Safetensors(name, files, hadoop);
        }
        Shard shard = shard(name, hadoop);
        shard.names().forEach(tensor -> files.put(tensor, name));
        Safetensors opened = new Safetensors(name, files, hadoop);
        opened.shards.put(name, shard);
        return opened;
    }

    private static String inFolder(Location folder, Configuration hadoop) throws IOException {
        for (String file : MODEL_FILES) {
            if (folder.find(new Path(folder.path(), file), hadoop).isPresent()) {
                return folder.name().endsWith("/") ? folder.name() + file : folder.name() + "/" + file;
            }
        }
        throw new InvalidInputException("%s is a directory without %s; give a %s file"
                .formatted(folder.name(), String.join(" or ", MODEL_FILES), EXTENSION));
    }

    private static byte[] content(Location location, Configuration hadoop) throws IOException {
        if (location.status(hadoop).getLen() > LONGEST_HEADER) {
            throw new InvalidInputException(
                    location.name() + " is no index of safetensors files; name one, or a .safetensors file");
        }
        try (InputStream in = location.fileSystem(hadoop).open(location.path())) {
            return in.readAllBytes();
        }
    }

    private static Shard shard(String file, Configuration hadoop) throws IOException {
        Location location = Location.of(file, hadoop);
        FileStatus status = location.status(hadoop);
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
            return new Shard(location, parse(header, file), LENGTH_BYTES + bytes, status.getLen());
        } catch (EOFException e) {
            throw new InvalidInputException(file + " is cut short within its header; copy it again");
        }
    }

    /** The names of all tensors, sorted. */
    public Set<String> names() {
        return Collections.unmodifiableSet(files.keySet());
    }

    /**
     * The lengths of a tensor's dimensions, slowest first; empty for a single number.
     *
     * @throws InvalidInputException if there is no such tensor, its file is damaged, or its type is not one that Foco reads
     */
    public List<Long> shape(String tensor) throws IOException {
        return array(tensor).header().shape();
    }

    /** A tensor's type of number; throws as {@link #shape} does. */
    public NumberType type(String tensor) throws IOException {
        return array(tensor).header().type();
    }

    /**
     * Reads a whole tensor. Float16, bfloat16 and float64 become float32, and numbers beyond its range infinite.
     *
     * @return the numbers in C order, as many as the product of {@link #shape}
     * @throws InvalidInputException as {@link #shape} does, or if the tensor holds no floats or more than an array can
     */
    public float[] read(String tensor) throws IOException {
        ArrayFile array = array(tensor);
        ArrayHeader header = array.header();
        if (!header.type().isFloat()) {
            throw new InvalidInputException("%s holds %s, not floats; name a tensor of F16, BF16, F32 or F64"
                    .formatted(array.name(), header.type().numpyName()));
        }
        if (header.elements() > MOST_ELEMENTS) {
            throw new InvalidInputException("%s has %,d numbers, and %,d are the most that are read at once"
                    .formatted(array.name(), header.elements(), MOST_ELEMENTS));
        }
        float[] values = new float[(int) header.elements()];
        try (ArrayReader reader = array.reader(hadoop)) {
            reader.read(0, values, 0, values.length);
        }
        return values;
    }

    /** A tensor, to be read in slices; throws as {@link #shape} does. */
    public ArrayFile array(String tensor) throws IOException {
        if (!files.containsKey(tensor)) {
            throw new InvalidInputException("%s holds no tensor %s; it has %s".formatted(name, tensor, some()));
        }
        return array(tensor, files.get(tensor));
    }

    private ArrayFile array(String tensor, String file) throws IOException {
        String folder = name.substring(0, name.lastIndexOf('/') + 1);
        String shard = file.substring(folder.length());
        if (!shard.endsWith(EXTENSION) || shard.contains("/")) {
            throw new InvalidInputException("%s says that %s lies in %s, which is no safetensors file beside it"
                    .formatted(name, Quotation.printable(tensor), Quotation.quoted(shard)));
        }
        Shard opened = shards.get(file);
        if (opened == null) {
            opened = shard(file, hadoop);
            shards.put(file, opened);
        }
        if (!opened.tensors.has(tensor)) {
            throw new InvalidInputException("%s holds no tensor %s, though %s says so; copy both again"
                    .formatted(file, Quotation.printable(tensor), name));
        }
        String arrayName = "%s:%s".formatted(file, Quotation.printable(tensor));
        return new ArrayFile(
                new Location(arrayName, opened.location.path()),
                header(arrayName, opened.tensors.get(tensor), opened.dataStart, opened.fileBytes));
    }

    /** The only tensor. */
    ArrayFile only() throws IOException {
        if (files.size() != 1) {
            throw new InvalidInputException("%s holds %s; name one of them, as %1$s:NAME".formatted(name, some()));
        }
        return array(files.firstKey());
    }

    /** What the file holds, for a message. */
    private String some() {
        String some = files.keySet().stream()
                .limit(NAMED)
                .map(Quotation::printable)
                .reduce((a, b) -> a + ", " + b)
                .orElse("nothing");
        return files.size() > NAMED ? "%s and %,d more".formatted(some, files.size() - NAMED) : some;
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

    private static ArrayHeader header(String name, JsonNode entry, long dataStart, long fileBytes) {
        String code = entry.path("dtype").asText();
        if (!TYPES.containsKey(code)) {
            throw new InvalidInputException(
                    "%s has type %s, and Foco reads F16, BF16, F32 and F64; save it as one of these"
                            .formatted(name, Quotation.quoted(code)));
        }
        List<Long> shape = new ArrayList<>();
        entry.path("shape").forEach(length -> shape.add(length.asLong(-1)));
        long begin = entry.path("data_offsets").path(0).asLong(-1);
        long end = entry.path("data_offsets").path(1).asLong(-1);
        ArrayHeader header = new ArrayHeader(new NumberType(TYPES.get(code), false), shape, dataStart + begin);
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
        ArrayNode lengths = entry.putArray("shape");
        shape.forEach(length -> lengths.add(length));
        entry.putArray("data_offsets").add(0).add(new ArrayHeader(NumberType.FLOAT32, shape, 0).dataBytes());
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
