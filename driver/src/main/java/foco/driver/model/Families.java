package foco.driver.model;

import foco.driver.block.InvalidInputException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** All families that Foco knows, by the {@code model_type} of their configurations. */
final class Families {

    /** A new family is a file of its own and one line here. */
    private static final Map<String, Function<ModelConfig, Transformer>> BY_TYPE = new TreeMap<>(Map.ofEntries(
            entry("bert", Bert::of),
            entry("roberta", Bert::roberta),
            entry("xlm-roberta", Bert::roberta),
            entry("camembert", Bert::roberta),
            entry("distilbert", DistilBert::of),
            entry("mpnet", MpNet::of),
            entry("modernbert", ModernBert::of),
            entry("gpt2", Gpt2::of),
            entry("llama", Llama::of),
            entry("mistral", Llama::mistral),
            entry("qwen2", Llama::qwen2),
            entry("qwen3", Llama::qwen3),
            entry("gemma2", Gemma::gemma2),
            entry("gemma3_text", Gemma::gemma3),
            entry("gemma3", Gemma::gemma3WithImages)));

    private Families() {}

    private static Map.Entry<String, Function<ModelConfig, Transformer>> entry(
            String type, Function<ModelConfig, Transformer> family) {
        return Map.entry(type, family);
    }

    /** @throws InvalidInputException if the family is none that is known, or something in it is otherwise than Foco computes */
    static Transformer of(ModelConfig config) {
        String type = config.text("model_type");
        Function<ModelConfig, Transformer> family = BY_TYPE.get(type);
        if (family == null) {
            throw new InvalidInputException("%s: models of type %s are not supported; those that are: %s"
                    .formatted(config.name(), type, String.join(", ", BY_TYPE.keySet())));
        }
        config.require(!config.has("quantization_config"), "quantization_config", "none: weights as they were trained");
        return family.apply(config);
    }
}
