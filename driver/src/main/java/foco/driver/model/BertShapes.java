package foco.driver.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** What the tensors of a BERT encoder tell of it by their shapes, in the terms of a {@code config.json}. */
final class BertShapes {

    private static final String QUERY = "encoder.layer.%d.attention.self.query.weight";

    private BertShapes() {}

    /** The elements of a hidden state. */
    static long width(TensorSource source) throws IOException {
        return source.shape("embeddings.word_embeddings.weight").get(1);
    }

    /**
     * All but the count of heads, the activation and the norms' epsilon.
     *
     * @param what such files are, for the message
     * @throws InvalidInputException naming the first tensor that such an encoder has and the source does not
     */
    static ObjectNode config(TensorSource source, String what) throws IOException {
        for (String wanted : List.of(
                "embeddings.word_embeddings.weight",
                "embeddings.position_embeddings.weight",
                "embeddings.token_type_embeddings.weight",
                QUERY.formatted(0),
                "encoder.layer.0.intermediate.dense.weight")) {
            if (!source.names().contains(wanted)) {
                throw new InvalidInputException(
                        "%s is no BERT encoder %s: it lacks %s; give the model's folder with config.json and model.safetensors"
                                .formatted(source.name(), what, wanted));
            }
        }
        long layers = IntStream.iterate(0, i -> i + 1)
                .takeWhile(i -> source.names().contains(QUERY.formatted(i)))
                .count();
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", "bert");
        config.put("vocab_size", rows(source, "embeddings.word_embeddings.weight"));
        config.put("max_position_embeddings", rows(source, "embeddings.position_embeddings.weight"));
        config.put("type_vocab_size", rows(source, "embeddings.token_type_embeddings.weight"));
        config.put("hidden_size", width(source));
        config.put("num_hidden_layers", layers);
        config.put("intermediate_size", rows(source, "encoder.layer.0.intermediate.dense.weight"));
        return config;
    }

    private static long rows(TensorSource source, String tensor) throws IOException {
        return source.shape(tensor).get(0);
    }
}
