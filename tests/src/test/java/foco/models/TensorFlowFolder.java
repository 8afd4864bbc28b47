package foco.models;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.xerial.snappy.Snappy;

/**
 * A BERT in TensorFlow's files, written from tensors that a test has, as LevelDB's table_format.md and TensorFlow's
 * tensor_bundle.proto, graph.proto and saved_model.proto describe them. Some blocks of the index are compressed.
 */
final class TensorFlowFolder {

    private static final int ENTRIES_OF_BLOCK = 7;
    private static final int ENTRIES_OF_RESTART = 3;

    private final Path folder;

    TensorFlowFolder(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** Writes {@code NAME.index} and its numbers, named as BERT's code has them below a module. */
    void variables(String name, String module, Map<String, List<Long>> shapes, Function<String, float[]> values)
            throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        TreeMap<String, byte[]> entries = new TreeMap<>();
        entries.put("", message(out -> {
            out.writeInt32(1, 1);
            out.writeByteArray(3, message(version -> version.writeInt32(1, 1)));
        }));
        for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
            boolean transposed = isKernel(tensor.getKey(), tensor.getValue());
            float[] numbers = values.apply(tensor.getKey());
            List<Long> shape = tensor.getValue();
            if (transposed) {
                numbers = transposed(
                        numbers, shape.get(0).intValue(), shape.get(1).intValue());
                shape = List.of(shape.get(1), shape.get(0));
            }
            add(module + inTensorFlow(tensor.getKey(), tensor.getValue()), shape, numbers, data, entries);
        }
        // An optimizer's, of another shape than the tensor that it is beside.
        add(module + "bert/embeddings/word_embeddings/adam_m", List.of(2L), new float[] {1, 2}, data, entries);
        Files.createDirectories(folder.resolve(name).getParent());
        Files.write(folder.resolve(name + ".data-00000-of-00001"), data.toByteArray());
        Files.write(folder.resolve(name + ".index"), table(entries));
    }

    private static void add(
            String name, List<Long> shape, float[] numbers, ByteArrayOutputStream data, TreeMap<String, byte[]> entries)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        long offset = data.size();
        data.writeBytes(bytes.array());
        entries.put(name, message(out -> {
            out.writeEnum(1, 1);
            out.writeByteArray(2, message(dimensions -> {
                for (long length : shape) {
                    dimensions.writeByteArray(2, message(dimension -> dimension.writeInt64(1, length)));
                }
            }));
            out.writeInt64(4, offset);
            out.writeInt64(5, bytes.capacity());
            out.writeFixed32(6, masked(bytes.array()));
        }));
    }

    private static boolean isKernel(String name, List<Long> shape) {
        return shape.size() == 2 && !name.contains("embeddings");
    }

    private static String inTensorFlow(String name, List<Long> shape) {
        String slashed = (name.startsWith("cls.") ? name : "bert." + name)
                .replace("layer.", "layer_")
                .replace('.', '/');
        if (name.equals("cls.predictions.bias")) {
            return "cls/predictions/output_bias";
        }
        return slashed.replace("_embeddings/weight", "_embeddings")
                .replace("LayerNorm/weight", "LayerNorm/gamma")
                .replace("LayerNorm/bias", "LayerNorm/beta")
                .replaceAll("/weight$", isKernel(name, shape) ? "/kernel" : "/weight");
    }

    private static float[] transposed(float[] values, int outputs, int inputs) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i % inputs * outputs + i / inputs] = values[i];
        }
        return result;
    }

    /** Writes {@code vocab.txt}, a piece on each line. */
    TensorFlowFolder vocabulary(String file, List<String> pieces) throws IOException {
        Files.createDirectories(folder.resolve(file).getParent());
        Files.writeString(folder.resolve(file), String.join("\n", pieces) + "\n");
        return this;
    }

    /** Writes {@code bert_config.json}, or another file. */
    TensorFlowFolder text(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
        return this;
    }

    /** Writes {@code saved_model.pb} with the operations that tell of heads and activation. */
    TensorFlowFolder graph(int heads, int headWidth, String activation) throws IOException {
        String attention = "module_apply_tokens/bert/encoder/layer_0/attention/self/Reshape/shape/";
        byte[] graph = message(out -> {
            out.writeByteArray(1, node(attention + "1", "Const", 128));
            out.writeByteArray(1, node(attention + "2", "Const", heads));
            out.writeByteArray(1, node(attention + "3", "Const", headWidth));
            out.writeByteArray(1, node("x/bert/encoder/layer_0/intermediate/dense/" + activation, activation, -1));
        });
        Files.write(folder.resolve("saved_model.pb"), message(out -> {
            out.writeInt64(1, 1);
            out.writeByteArray(2, message(meta -> meta.writeByteArray(2, graph)));
        }));
        return this;
    }

    private static byte[] node(String name, String operation, int constant) throws IOException {
        byte[] tensor = message(out -> {
            out.writeEnum(1, 3);
            out.writeByteArray(2, new byte[0]);
            out.writeByteArray(7, message(packed -> packed.writeInt32NoTag(constant)));
        });
        return message(out -> {
            out.writeString(1, name);
            out.writeString(2, operation);
            out.writeByteArray(5, message(entry -> {
                entry.writeString(1, "value");
                entry.writeByteArray(2, message(value -> value.writeByteArray(8, tensor)));
            }));
        });
    }

    // --- A sorted table -------------------------------------------------------------------------------------------

    private static byte[] table(TreeMap<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        List<byte[][]> index = new ArrayList<>();
        List<byte[][]> all = new ArrayList<>();
        entries.forEach((key, value) -> all.add(new byte[][] {key.getBytes(StandardCharsets.UTF_8), value}));
        for (int from = 0; from < all.size(); from += ENTRIES_OF_BLOCK) {
            List<byte[][]> block = all.subList(from, Math.min(all.size(), from + ENTRIES_OF_BLOCK));
            byte[] place = append(file, block(block), index.size() % 2 == 1);
            index.add(new byte[][] {block.get(block.size() - 1)[0], place});
        }
        byte[] notes = append(file, block(List.of()), false);
        byte[] indexPlace = append(file, block(index), false);
        ByteBuffer footer = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        footer.put(notes).put(indexPlace).putLong(40, 0xdb4775248b80fb57L);
        file.writeBytes(footer.array());
        return file.toByteArray();
    }

    private static byte[] block(List<byte[][]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Integer> restarts = new ArrayList<>();
        byte[] before = {};
        for (int e = 0; e < entries.size(); e++) {
            byte[] key = entries.get(e)[0];
            byte[] value = entries.get(e)[1];
            int mismatch = Arrays.mismatch(before, key);
            int shared = mismatch < 0 ? key.length : mismatch;
            if (e % ENTRIES_OF_RESTART == 0) {
                restarts.add(bytes.size());
                shared = 0;
            }
            int same = shared;
            bytes.writeBytes(message(out -> {
                out.writeUInt32NoTag(same);
                out.writeUInt32NoTag(key.length - same);
                out.writeUInt32NoTag(value.length);
                out.writeRawBytes(Arrays.copyOfRange(key, same, key.length));
                out.writeRawBytes(value);
            }));
            before = key;
        }
        ByteBuffer end =
                ByteBuffer.allocate(4 * Math.max(1, restarts.size()) + 4).order(ByteOrder.LITTLE_ENDIAN);
        restarts.forEach(end::putInt);
        end.putInt(end.capacity() - 4, Math.max(1, restarts.size()));
        bytes.writeBytes(end.array());
        return bytes.toByteArray();
    }

    /** Returns the block's place, as an index has it. */
    private static byte[] append(ByteArrayOutputStream file, byte[] block, boolean compressed) throws IOException {
        byte[] content = compressed ? Snappy.compress(block) : block;
        long offset = file.size();
        byte[] whole = Arrays.copyOf(content, content.length + 1);
        whole[content.length] = (byte) (compressed ? 1 : 0);
        file.writeBytes(whole);
        file.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(masked(whole))
                .array());
        return message(out -> {
            out.writeUInt64NoTag(offset);
            out.writeUInt64NoTag(content.length);
        });
    }

    private static int masked(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        int value = (int) checksum.getValue();
        return (value >>> 15 | value << 17) + 0xa282ead8;
    }

    /** What writes the fields of a message. */
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }
}
