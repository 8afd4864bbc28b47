package foco.driver.model;

import foco.driver.block.InvalidInputException;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.dense.RotaryScaling;
import java.util.Optional;
import java.util.Set;

/**
 * What a configuration says of rotary embedding: {@code rope_theta} and {@code rope_scaling}, or both in
 * {@code rope_parameters}, as newer files have them; some families have one for each type of layer there.
 */
final class RotaryConfig {

    /** What is read of a scaling. Any other key could ask for something that Foco does not compute. */
    private static final Set<String> KEYS = Set.of(
            "rope_type",
            "type",
            "rope_theta",
            "factor",
            "original_max_position_embeddings",
            "attention_factor",
            "beta_fast",
            "beta_slow",
            "mscale",
            "mscale_all_dim",
            "truncate",
            "low_freq_factor",
            "high_freq_factor",
            "partial_rotary_factor");

    private static final String ORIGINAL = "original_max_position_embeddings";
    private static final String FACTOR = "factor";

    private final ModelConfig json;
    private final int width;

    private RotaryConfig(ModelConfig json, int width) {
        this.json = json;
        this.width = width;
    }

    /**
     * That of a family whose layers all turn alike.
     *
     * @param width of a head
     * @param base where the configuration does not tell
     */
    static RotaryEmbedding of(ModelConfig json, int width, double base) {
        Optional<ModelConfig> parameters = json.object("rope_parameters");
        return new RotaryConfig(json, width)
                .embedding(parameters.or(() -> json.object("rope_scaling")), json.number("rope_theta", base));
    }

    /**
     * That of one type of layers.
     *
     * @param type as {@code layer_types} names it
     * @param baseKey where older files have its base
     * @param scaled whether {@code rope_scaling}, where older files have it, is for this type
     */
    static RotaryEmbedding of(ModelConfig json, int width, String type, String baseKey, double base, boolean scaled) {
        Optional<ModelConfig> parameters = json.object("rope_parameters");
        parameters.ifPresent(all -> all.require(all.has(type), type, "parameters for layers of this type"));
        Optional<ModelConfig> own = parameters.isPresent()
                ? parameters.get().object(type)
                : scaled ? json.object("rope_scaling") : Optional.empty();
        return new RotaryConfig(json, width).embedding(own, json.number(baseKey, base));
    }

    private RotaryEmbedding embedding(Optional<ModelConfig> parameters, double otherwise) {
        json.require(json.number("partial_rotary_factor", 1) == 1, "partial_rotary_factor", "1");
        double base = parameters.map(own -> own.number("rope_theta", otherwise)).orElse(otherwise);
        try {
            RotaryScaling scaling = parameters.map(this::scaling).orElse(RotaryScaling.none());
            return RotaryEmbedding.of(width, base, scaling);
        } catch (InvalidInputException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    "%s: %s".formatted(parameters.orElse(json).name(), e.getMessage()));
        }
    }

    private RotaryScaling scaling(ModelConfig own) {
        for (String key : own.keys()) {
            own.require(
                    KEYS.contains(key),
                    key,
                    "only " + String.join(", ", KEYS.stream().sorted().toList()));
        }
        own.require(own.number("partial_rotary_factor", 1) == 1, "partial_rotary_factor", "1");
        String typeKey = own.has("rope_type") ? "rope_type" : "type";
        return switch (own.text(typeKey, "default")) {
            case "default" -> RotaryScaling.none();
            case "linear" -> RotaryScaling.linear(own.number(FACTOR));
            case "dynamic" -> dynamic(own);
            case "llama3" ->
                RotaryScaling.llama3(
                        own.number(FACTOR),
                        own.number("low_freq_factor"),
                        own.number("high_freq_factor"),
                        own.count(ORIGINAL));
            case "yarn" -> yarn(own);
            default -> {
                own.require(false, typeKey, "default, linear, dynamic, llama3 or yarn");
                yield RotaryScaling.none();
            }
        };
    }

    /** Files do not agree on which of two trained lengths is meant; where both are there they have to be the same. */
    private RotaryScaling dynamic(ModelConfig own) {
        int trained = json.count("max_position_embeddings");
        own.require(
                own.count(ORIGINAL, trained) == trained, ORIGINAL, "max_position_embeddings, %d".formatted(trained));
        return RotaryScaling.dynamicNtk(own.number(FACTOR), trained);
    }

    private RotaryScaling yarn(ModelConfig own) {
        own.require(own.flag("truncate", true), "truncate", "true");
        int trained = own.has(ORIGINAL) ? own.count(ORIGINAL) : json.count("max_position_embeddings");
        double factor = own.has(FACTOR) || !own.has(ORIGINAL)
                ? own.number(FACTOR)
                : (double) json.count("max_position_embeddings") / trained;
        return RotaryScaling.yarn(
                factor,
                trained,
                own.number("beta_fast", 32),
                own.number("beta_slow", 1),
                own.number("attention_factor", attentionFactor(own, factor)));
    }

    /** The paper's, {@code 0.1 ln(factor) + 1}; DeepSeek's files have the quotient of two of its kind. */
    private static double attentionFactor(ModelConfig own, double factor) {
        return own.has("mscale") && own.has("mscale_all_dim")
                ? (0.1 * own.number("mscale") * Math.log(factor) + 1)
                        / (0.1 * own.number("mscale_all_dim") * Math.log(factor) + 1)
                : 0.1 * Math.log(factor) + 1;
    }
}
