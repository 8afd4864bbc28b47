package foco.driver.file;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The operations of a TensorFlow SavedModel ({@code saved_model.pb}), and the whole numbers among its constants: what the
 * variables beside it do not tell of a model. Read are a few fields of TensorFlow's protocol buffers {@code SavedModel},
 * {@code MetaGraphDef}, {@code GraphDef} and {@code NodeDef}, by the numbers that their definitions give them.
 */
public final class TensorFlowGraph {
    private static final int META_GRAPHS = 2;
    private static final int GRAPH = 2;
    private static final int NODES = 1;
    private static final int NAME = 1;
    private static final int OPERATION = 2;
    private static final int ATTRIBUTES = 5;
    private static final int ENTRY_KEY = 1;
    private static final int ENTRY_VALUE = 2;
    private static final int TENSOR = 8;
    private static final int TENSOR_CONTENT = 4;
    private static final int INT_VALUES = 7;
    private static final int INT32 = 3;

    private final String name;
    private final List<Node> nodes;

    /**
     * An operation.
     *
     * @param path its name, which begins with the names of the modules that it is in
     * @param operation its kind, such as {@code MatMul}
     * @param constants its whole numbers, if it is a constant of them
     */
    private record Node(String path, String operation, List<Integer> constants) {}

    private TensorFlowGraph(String name, List<Node> nodes) {
        this.name = name;
        this.nodes = nodes;
    }

    /**
     * @param in the file's bytes, read to the end
     * @param name the file, as messages call it
     * @throws InvalidInputException if it is no SavedModel
     */
    public static TensorFlowGraph read(InputStream in, String name) throws IOException {
        try {
            List<Node> nodes = new ArrayList<>();
            for (ByteString meta : messages(UnknownFieldSet.parseFrom(in), META_GRAPHS)) {
                for (ByteString graph : messages(UnknownFieldSet.parseFrom(meta), GRAPH)) {
                    for (ByteString node : messages(UnknownFieldSet.parseFrom(graph), NODES)) {
                        nodes.add(node(UnknownFieldSet.parseFrom(node)));
                    }
                }
            }
            return new TensorFlowGraph(name, nodes);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException(
                    "%s is no SavedModel, or is cut short (%s); copy it again".formatted(name, e.getMessage()));
        }
    }

    private static List<ByteString> messages(UnknownFieldSet fields, int field) {
        return fields.getField(field).getLengthDelimitedList();
    }

    private static String text(UnknownFieldSet fields, int field) {
        List<ByteString> all = messages(fields, field);
        return all.isEmpty() ? "" : all.get(all.size() - 1).toStringUtf8();
    }

    private static Node node(UnknownFieldSet node) throws IOException {
        String operation = text(node, OPERATION);
        List<Integer> constants = new ArrayList<>();
        for (ByteString attribute : operation.equals("Const") ? messages(node, ATTRIBUTES) : List.<ByteString>of()) {
            UnknownFieldSet entry = UnknownFieldSet.parseFrom(attribute);
            if (text(entry, ENTRY_KEY).equals("value")) {
                for (ByteString value : messages(entry, ENTRY_VALUE)) {
                    for (ByteString tensor : messages(UnknownFieldSet.parseFrom(value), TENSOR)) {
                        addIntegers(UnknownFieldSet.parseFrom(tensor), constants);
                    }
                }
            }
        }
        return new Node(text(node, NAME), operation, constants);
    }

    /** A tensor of whole numbers has them one after another, or in a field of bytes. */
    private static void addIntegers(UnknownFieldSet tensor, List<Integer> to) throws IOException {
        if (!tensor.getField(1).getVarintList().contains((long) INT32)) {
            return;
        }
        tensor.getField(INT_VALUES).getVarintList().forEach(value -> to.add(value.intValue()));
        for (ByteString packed : messages(tensor, INT_VALUES)) {
            CodedInputStream values = packed.newCodedInput();
            while (!values.isAtEnd()) {
                to.add(values.readInt32());
            }
        }
        for (ByteString content : messages(tensor, TENSOR_CONTENT)) {
            ByteBuffer values = content.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            while (values.remaining() >= Integer.BYTES) {
                to.add(values.getInt());
            }
        }
    }

    /** The file, as messages call it. */
    public String name() {
        return name;
    }

    /** The whole numbers among the constants of a module, such as {@code /layer_0/attention/}, in the order of the file. */
    public int[] constants(String module) {
        return nodes.stream()
                .filter(node -> node.path.contains(module))
                .flatMap(node -> node.constants.stream())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Whether a module has an operation of this kind. */
    public boolean hasOperation(String module, String kind) {
        return nodes.stream().anyMatch(node -> node.path.contains(module) && node.operation.equals(kind));
    }
}
