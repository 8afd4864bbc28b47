package foco.driver.file;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import foco.driver.block.InvalidInputException;
import foco.driver.storage.Location;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * The variables of a TensorFlow checkpoint or SavedModel, in the format that its {@code tf.train.Saver} writes: an index
 * ({@code NAME.index}, a {@link SortedTable}) that tells each variable's type, shape and place, and files with their numbers,
 * {@code NAME.data-00000-of-00001}. The entries of the index are the protocol buffers of TensorFlow's
 * <a href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto">tensor_bundle.proto</a>.
 * Each variable has a checksum, which is compared as the variable is read.
 */
public final class TensorFlowVariables {
    /** How the names of such indexes end. */
    public static final String INDEX = ".index";

    private static final int CHUNK_BYTES = 1 << 20;
    /** An index has a line for each variable; one that is larger than this is another file. */
    private static final long LARGEST_INDEX = 1 << 28;

    private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 8L;

    /** The types of TensorFlow's {@code types.proto} that Foco reads. */
    private static final Map<Integer, NumberType.Kind> TYPES = Map.of(
            1, NumberType.Kind.FLOAT32,
            2, NumberType.Kind.FLOAT64,
            3, NumberType.Kind.INT32,
            9, NumberType.Kind.INT64,
            10, NumberType.Kind.BOOL,
            14, NumberType.Kind.BFLOAT16,
            19, NumberType.Kind.FLOAT16);

    private final String name;
    private final int files;
    private final boolean bigEndian;
    private final SortedMap<String, Variable> variables;
    private final Configuration hadoop;

    /** {@code BundleEntryProto}: its fields by their numbers. */
    private record Variable(UnknownFieldSet fields) {

        int type() {
            return (int) number(fields, 1);
        }

        List<Long> shape() throws InvalidProtocolBufferException {
            UnknownFieldSet shape = message(fields, 2);
            List<Long> lengths = new ArrayList<>();
            for (ByteString dimension : shape.getField(2).getLengthDelimitedList()) {
                lengths.add(number(UnknownFieldSet.parseFrom(dimension), 1));
            }
            return lengths;
        }

        int file() {
            return (int) number(fields, 3);
        }

        long offset() {
            return number(fields, 4);
        }

        long bytes() {
            return number(fields, 5);
        }

        int checksum() {
            List<Integer> all = fields.getField(6).getFixed32List();
            return all.isEmpty() ? 0 : all.get(all.size() - 1);
        }

        boolean isInSlices() {
            return fields.hasField(7);
        }
    }

    private TensorFlowVariables(
            String name, int files, boolean bigEndian, SortedMap<String, Variable> variables, Configuration hadoop) {
        this.name = name;
        this.files = files;
        this.bigEndian = bigEndian;
        this.variables = variables;
        this.hadoop = hadoop;
    }

    /**
     * Reads the index.
     *
     * @param index a file {@code NAME.index}, in any file system that Hadoop knows; its numbers are beside it
     * @throws InvalidInputException if there is no such file, it is damaged, or a file of numbers is missing or cut short
     * @throws IOException if the file system fails
     */
    public static TensorFlowVariables open(String index, Configuration hadoop) throws IOException {
        Location location = Location.of(index, hadoop);
        if (!index.endsWith(INDEX) || location.status(hadoop).getLen() > LARGEST_INDEX) {
            throw new InvalidInputException(index + " is no index of TensorFlow variables; name a file NAME.index");
        }
        byte[] content;
        try (InputStream in = location.fileSystem(hadoop).open(location.path())) {
            content = in.readAllBytes();
        }
        SortedMap<String, Variable> variables = new TreeMap<>();
        for (SortedTable.Entry entry : SortedTable.read(content, index)) {
            try {
                variables.put(
                        new String(entry.key(), StandardCharsets.UTF_8),
                        new Variable(UnknownFieldSet.parseFrom(entry.value())));
            } catch (InvalidProtocolBufferException e) {
                throw damaged(index, e.getMessage());
            }
        }
        Variable header = variables.remove("");
        if (header == null) {
            throw damaged(index, "it does not say in how many files its numbers are");
        }
        // BundleHeaderProto: how many files there are, and the order of a number's bytes.
        int files = (int) number(header.fields, 1);
        TensorFlowVariables opened =
                new TensorFlowVariables(index, files, number(header.fields, 2) == 1, variables, hadoop);
        opened.requireWholeFiles();
        return opened;
    }

    private void requireWholeFiles() throws IOException {
        Map<Integer, Long> ends = new TreeMap<>();
        for (Map.Entry<String, Variable> entry : variables.entrySet()) {
            Variable variable = entry.getValue();
            if (variable.offset() < 0 || variable.bytes() < 0) {
                throw damaged(name, "%s has no place".formatted(Quotation.printable(entry.getKey())));
            }
            if (!variable.isInSlices()) {
                ends.merge(variable.file(), variable.offset() + variable.bytes(), Math::max);
            }
        }
        for (Map.Entry<Integer, Long> end : ends.entrySet()) {
            Location file = file(end.getKey());
            long there = file.status(hadoop).getLen();
            if (there < end.getValue()) {
                throw new InvalidInputException("%s is cut short: it has %,d bytes, and %s tells of %,d; copy it again"
                        .formatted(file.name(), there, name, end.getValue()));
            }
        }
    }

    private Location file(int number) {
        String stem = name.substring(0, name.length() - INDEX.length());
        return Location.of("%s.data-%05d-of-%05d".formatted(stem, number, files), hadoop);
    }

    /** The index, as messages call it. */
    public String name() {
        return name;
    }

    /** The names of all variables, sorted. */
    public Set<String> names() {
        return Collections.unmodifiableSet(variables.keySet());
    }

    /**
     * The lengths of a variable's dimensions, slowest first; empty for a single number.
     *
     * @throws InvalidInputException if there is no such variable, or what the index says of it does not go together
     */
    public List<Long> shape(String variable) {
        return header(variable).shape();
    }

    /** A variable's type of number; throws as {@link #shape} does. */
    public NumberType type(String variable) {
        return header(variable).type();
    }

    private ArrayHeader header(String variable) {
        Variable found = variables.get(variable);
        if (found == null) {
            throw new InvalidInputException("%s has no variable %s".formatted(name, Quotation.printable(variable)));
        }
        String called = "%s:%s".formatted(name, Quotation.printable(variable));
        if (found.isInSlices()) {
            throw new InvalidInputException(called + " is kept in slices; save the checkpoint without a partitioner");
        }
        NumberType.Kind kind = TYPES.get(found.type());
        if (kind == null) {
            throw new InvalidInputException(
                    "%s is of TensorFlow's type %d, and Foco reads half, bfloat16, float and double"
                            .formatted(called, found.type()));
        }
        try {
            ArrayHeader header = new ArrayHeader(new NumberType(kind, bigEndian), found.shape(), found.offset());
            if (header.shape().stream().allMatch(length -> length >= 0) && header.dataBytes() == found.bytes()) {
                return header;
            }
        } catch (InvalidProtocolBufferException | ArithmeticException e) {
            // Told below.
        }
        throw damaged(called, "its shape and its bytes do not fit each other");
    }

    /**
     * Reads a whole variable. Half, bfloat16 and double become float32, and numbers beyond its range infinite.
     *
     * @return the numbers in C order, as many as the product of {@link #shape}
     * @throws InvalidInputException as {@link #shape} does, or if the variable holds no floats, more than an array can, or
     *     others than its checksum tells of
     */
    public float[] read(String variable) throws IOException {
        ArrayHeader header = header(variable);
        Variable found = variables.get(variable);
        String called = "%s:%s".formatted(name, Quotation.printable(variable));
        if (!header.type().isFloat() || header.elements() > MOST_ELEMENTS) {
            throw new InvalidInputException(
                    "%s holds %s, and Foco reads at most %,d floats at once".formatted(called, header, MOST_ELEMENTS));
        }
        float[] values = new float[(int) header.elements()];
        CRC32C checksum = new CRC32C();
        Location file = file(found.file());
        try (FSDataInputStream in = file.fileSystem(hadoop).open(file.path())) {
            in.seek(header.dataOffset());
            byte[] chunk = new byte[CHUNK_BYTES];
            int size = header.type().bytes();
            for (int done = 0; done < values.length; done += CHUNK_BYTES / size) {
                int count = Math.min(CHUNK_BYTES / size, values.length - done);
                in.readFully(chunk, 0, count * size);
                checksum.update(chunk, 0, count * size);
                header.type().decode(ByteBuffer.wrap(chunk, 0, count * size), values, done, count);
            }
        } catch (EOFException e) {
            throw new IOException(
                    file.name() + " became shorter while it was read; run again when nobody writes to it", e);
        }
        if (MaskedChecksum.of(checksum) != found.checksum()) {
            throw damaged(called, "its checksum is wrong");
        }
        return values;
    }

    private static InvalidInputException damaged(String what, String how) {
        return new InvalidInputException("%s is damaged: %s; copy it again".formatted(what, how));
    }

    private static long number(UnknownFieldSet fields, int field) {
        List<Long> all = fields.getField(field).getVarintList();
        return all.isEmpty() ? 0 : all.get(all.size() - 1);
    }

    private static UnknownFieldSet message(UnknownFieldSet fields, int field) throws InvalidProtocolBufferException {
        List<ByteString> all = fields.getField(field).getLengthDelimitedList();
        return all.isEmpty()
                ? UnknownFieldSet.getDefaultInstance()
                : UnknownFieldSet.parseFrom(all.get(all.size() - 1));
    }
}
