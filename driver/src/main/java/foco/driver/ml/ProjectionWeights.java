package foco.driver.ml;

import foco.driver.file.SafetensorsWriter;
import foco.driver.file.SafetensorsWriter.Tensor;
import foco.driver.file.SafetensorsWriter.Type;
import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The four learned matrices of multi-head self-attention, with their biases.
 *
 * @param query {@code W_Q}, embedding width to {@code heads * keyWidth}
 * @param key {@code W_K}, embedding width to {@code keyValueHeads * keyWidth}
 * @param value {@code W_V}, embedding width to {@code keyValueHeads * valueWidth}
 * @param output {@code W_O}, {@code heads * valueWidth} to any width
 */
public record ProjectionWeights(Projection query, Projection key, Projection value, Projection output)
        implements Serializable {

    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    /** Writes a safetensors file of the tensors {@code query.weight [inputs, outputs]}, {@code query.bias} and so on. */
    void save(Path file, Configuration hadoop) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        named().forEach((name, matrix) -> {
            tensors.add(new Tensor(name + WEIGHT, Type.F32, List.of((long) matrix.inputs(), (long) matrix.outputs())));
            tensors.add(new Tensor(name + BIAS, Type.F32, List.of((long) matrix.outputs())));
        });
        try (WritableByteChannel channel =
                Channels.newChannel(file.getFileSystem(hadoop).create(file))) {
            SafetensorsWriter writer = new SafetensorsWriter(file.toString(), channel, tensors);
            for (Map.Entry<String, Projection> entry : named().entrySet()) {
                writer.write(entry.getKey() + WEIGHT, entry.getValue().weights());
                writer.write(entry.getKey() + BIAS, entry.getValue().bias());
            }
            writer.finish();
        }
    }

    private Map<String, Projection> named() {
        Map<String, Projection> all = new LinkedHashMap<>();
        all.put("query", query);
        all.put("key", key);
        all.put("value", value);
        all.put("output", output);
        return all;
    }

    /** Reads what {@link #save} wrote. */
    static ProjectionWeights load(Path file, Configuration hadoop) throws IOException {
        return new ProjectionWeights(
                load(file, "query", hadoop),
                load(file, "key", hadoop),
                load(file, "value", hadoop),
                load(file, "output", hadoop));
    }

    private static Projection load(Path file, String name, Configuration hadoop) throws IOException {
        return Projection.read("%s:%s%s".formatted(file, name, WEIGHT), false, hadoop)
                .withBias("%s:%s%s".formatted(file, name, BIAS), hadoop);
    }
}
