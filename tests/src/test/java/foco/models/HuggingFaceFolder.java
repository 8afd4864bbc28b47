package foco.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.file.SafetensorsWriter;
import foco.driver.file.SafetensorsWriter.Tensor;
import foco.driver.file.SafetensorsWriter.Type;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A model's folder as Hugging Face has it, written from tensors that a test has. */
final class HuggingFaceFolder {

    private final Path folder;

    HuggingFaceFolder(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** Its name. */
    String name() {
        return folder.toString();
    }

    HuggingFaceFolder config(Map<String, Object> config) throws IOException {
        Files.write(folder.resolve("config.json"), new ObjectMapper().writeValueAsBytes(config));
        return this;
    }

    HuggingFaceFolder tokenizer(byte... json) throws IOException {
        Files.write(folder.resolve("tokenizer.json"), json);
        return this;
    }

    /**
     * Writes the weights.
     *
     * @param shards files to write; with one there is no index
     * @param values of a tensor
     */
    HuggingFaceFolder weights(Map<String, List<Long>> shapes, int shards, Type type, Function<String, float[]> values)
            throws IOException {
        List<String> names = new ArrayList<>(shapes.keySet());
        ObjectNode index = new ObjectMapper().createObjectNode();
        for (int shard = 0; shard < shards; shard++) {
            String file =
                    shards == 1 ? "model.safetensors" : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
            List<String> own = names.subList(shard * names.size() / shards, (shard + 1) * names.size() / shards);
            write(folder.resolve(file), own, shapes, type, values);
            own.forEach(name -> index.withObject("/weight_map").put(name, file));
        }
        if (shards > 1) {
            Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
        }
        return this;
    }

    private static void write(
            Path file, List<String> names, Map<String, List<Long>> shapes, Type type, Function<String, float[]> values)
            throws IOException {
        List<Tensor> tensors = names.stream()
                .map(name -> new Tensor(name, type, shapes.get(name)))
                .toList();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            SafetensorsWriter writer = new SafetensorsWriter(file.toString(), channel, tensors);
            for (String name : names) {
                writer.write(name, values.apply(name));
            }
            writer.finish();
        }
    }
}
