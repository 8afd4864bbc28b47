package foco.driver.model;

import foco.driver.block.InvalidInputException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** All families that Foco knows, by the {@code model_type} of their configurations. */
final class Families {

    /** A new family is a file of its own and one line here. */
    private static final Map<String, Function<ModelConfig, Transformer>> BY_TYPE = new TreeMap<>(Map.of(
            "bert", Bert::of,
            "roberta", Bert::roberta,
            "xlm-roberta", Bert::roberta,
            "camembert", Bert::roberta,
            "distilbert", DistilBert::of,
            "mpnet", MpNet::of));

    private Families() {}

    /** @throws InvalidInputException if the family is none that is known, or something in it is otherwise than Foco computes */
    static Transformer of(ModelConfig config) {
        String type = config.text("model_type");
        Function<ModelConfig, Transformer> family = BY_TYPE.get(type);
        if (family == null) {
            throw new InvalidInputException("%s: models of type %s are not supported; those that are: %s"
                    .formatted(config.name(), type, String.join(", ", BY_TYPE.keySet())));
        }
        return family.apply(config);
    }
}
