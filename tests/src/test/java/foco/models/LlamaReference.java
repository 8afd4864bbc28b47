package foco.models;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Llama and its kin in float64, from Touvron et al. (2023), Jiang et al. (2023), Yang et al. (2024, 2025) and the public
 * description of their configurations.
 */
final class LlamaReference {

    private final Map<String, Object> config;
    private final Map<String, float[]> weights;
    private final String prefix;

    private LlamaReference(Map<String, Object> config, Map<String, float[]> weights) {
        this.config = config;
        this.weights = weights;
        this.prefix = weights.containsKey("norm.weight") ? "" : "model.";
    }

    /** The last hidden states. */
    static double[][] hidden(Map<String, Object> config, Map<String, float[]> weights, int... ids) {
        LlamaReference model = new LlamaReference(config, weights);
        double[][] x = Float64.look(weights.get(model.prefix + "embed_tokens.weight"), model.count("hidden_size"), ids);
        for (int l = 0; l < model.count("num_hidden_layers"); l++) {
            x = model.layer(l, x);
        }
        return model.norm(x, "norm");
    }

    private double[][] layer(int l, double[][] x) {
        String at = "layers.%d.".formatted(l);
        double[][] y = Float64.plus(x, attention(l, norm(x, at + "input_layernorm"), at + "self_attn."));
        double[][] z = norm(y, at + "post_attention_layernorm");
        double[][] gate = Float64.map(linear(z, at + "mlp.gate_proj"), activation());
        double[][] inner = Float64.times(gate, linear(z, at + "mlp.up_proj"));
        return Float64.plus(y, linear(inner, at + "mlp.down_proj"));
    }

    private double[][] attention(int l, double[][] x, String at) {
        double[][] q = linear(x, at + "q_proj");
        double[][] k = linear(x, at + "k_proj");
        if (weights.containsKey(prefix + at + "q_norm.weight")) {
            q = norm(q, at + "q_norm");
            k = norm(k, at + "k_norm");
        }
        int width = q[0].length / count("num_attention_heads");
        RotaryReference rotary = rotary(width, x.length);
        int window = window(l);
        double[][] attended = Float64.attend(
                rotary.rotate(q),
                rotary.rotate(k),
                linear(x, at + "v_proj"),
                width,
                product -> product / Math.sqrt(width),
                (query, key) -> key <= query && query - key < window);
        return linear(attended, at + "o_proj");
    }

    /** The tokens that a layer sees, the query's own among them. */
    private int window(int l) {
        if (config.get("sliding_window") == null) {
            return Integer.MAX_VALUE;
        }
        boolean local =
                switch ((String) config.get("model_type")) {
                    case "mistral" -> true;
                    case "qwen2", "qwen3" ->
                        (boolean) config.get("use_sliding_window")
                                && (config.containsKey("layer_types")
                                        ? ((List<?>) config.get("layer_types"))
                                                .get(l)
                                                .equals("sliding_attention")
                                        : l >= count("max_window_layers"));
                    default -> false;
                };
        return local ? count("sliding_window") : Integer.MAX_VALUE;
    }

    @SuppressWarnings("unchecked")
    private RotaryReference rotary(int width, int length) {
        Map<String, Object> scaling = (Map<String, Object>)
                config.getOrDefault("rope_parameters", config.getOrDefault("rope_scaling", Map.of()));
        Object base = scaling.getOrDefault("rope_theta", config.getOrDefault("rope_theta", 10_000.0));
        int trained = (int) config.getOrDefault("max_position_embeddings", 2048);
        return RotaryReference.of(width, (double) base, scaling, trained, length);
    }

    private DoubleUnaryOperator activation() {
        return config.get("hidden_act").equals("silu") ? Float64::silu : Float64::geluTanh;
    }

    private double[][] linear(double[][] x, String name) {
        float[] bias = weights.getOrDefault(prefix + name + ".bias", new float[0]);
        return Float64.linear(x, weights.get(prefix + name + ".weight"), bias);
    }

    private double[][] norm(double[][] x, String name) {
        return Float64.rmsNorm(x, (double) config.get("rms_norm_eps"), 0, weights.get(prefix + name + ".weight"));
    }

    private int count(String key) {
        return (int) config.get(key);
    }
}
