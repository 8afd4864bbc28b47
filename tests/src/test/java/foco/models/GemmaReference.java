package foco.models;

import java.util.List;
import java.util.Map;

/**
 * Gemma 2 and 3 in float64, from their technical reports (2024, 2025) and the public description of their configurations.
 */
final class GemmaReference {

    private final Map<String, Object> config;
    private final Map<String, float[]> weights;
    private final String prefix;

    private GemmaReference(Map<String, Object> config, Map<String, float[]> weights) {
        this.config = config;
        this.weights = weights;
        this.prefix = weights.keySet().stream()
                .filter(name -> name.endsWith("embed_tokens.weight"))
                .map(name -> name.replace("embed_tokens.weight", ""))
                .findFirst()
                .orElseThrow();
    }

    /** The last hidden states. */
    @SuppressWarnings("unchecked")
    static double[][] hidden(Map<String, Object> config, Map<String, float[]> weights, int... ids) {
        Map<String, Object> text = (Map<String, Object>) config.getOrDefault("text_config", config);
        GemmaReference model = new GemmaReference(text, weights);
        int width = model.count("hidden_size");
        double[][] words = Float64.look(weights.get(model.prefix + "embed_tokens.weight"), width, ids);
        double[][] x = Float64.map(words, value -> value * Math.sqrt((int) text.getOrDefault("scaled_by", width)));
        for (int l = 0; l < model.count("num_hidden_layers"); l++) {
            x = model.layer(l, x);
        }
        return model.norm(x, "norm");
    }

    private double[][] layer(int l, double[][] x) {
        String at = "layers.%d.".formatted(l);
        double[][] attended = attention(l, norm(x, at + "input_layernorm"), at + "self_attn.");
        double[][] y = Float64.plus(x, norm(attended, at + "post_attention_layernorm"));
        double[][] z = norm(y, at + "pre_feedforward_layernorm");
        double[][] gate = Float64.map(linear(z, at + "mlp.gate_proj"), Float64::geluTanh);
        double[][] inner = linear(Float64.times(gate, linear(z, at + "mlp.up_proj")), at + "mlp.down_proj");
        return Float64.plus(y, norm(inner, at + "post_feedforward_layernorm"));
    }

    private double[][] attention(int l, double[][] x, String at) {
        double[][] q = linear(x, at + "q_proj");
        double[][] k = linear(x, at + "k_proj");
        if (weights.containsKey(prefix + at + "q_norm.weight")) {
            q = norm(q, at + "q_norm");
            k = norm(k, at + "k_norm");
        }
        boolean local = isLocal(l);
        RotaryReference rotary = rotary(local, q[0].length / count("num_attention_heads"), x.length);
        double scalar = Math.sqrt(((Number) config.get("query_pre_attn_scalar")).doubleValue());
        Object cap = config.get("attn_logit_softcapping");
        double[][] attended = Float64.attend(
                rotary.rotate(q),
                rotary.rotate(k),
                linear(x, at + "v_proj"),
                q[0].length / count("num_attention_heads"),
                product -> cap == null ? product / scalar : (double) cap * Math.tanh(product / scalar / (double) cap),
                (query, key) -> sees(local, query - key));
        return linear(attended, at + "o_proj");
    }

    private boolean sees(boolean local, int distance) {
        int window = count("sliding_window");
        if ((boolean) config.getOrDefault("use_bidirectional_attention", false)) {
            return !local || Math.abs(distance) <= window / 2;
        }
        return distance >= 0 && (!local || distance < window);
    }

    private boolean isLocal(int l) {
        if (config.containsKey("layer_types")) {
            return ((List<?>) config.get("layer_types")).get(l).equals("sliding_attention");
        }
        return isGemma2() ? l % 2 == 0 : l % 6 != 5;
    }

    private boolean isGemma2() {
        return config.get("model_type").equals("gemma2");
    }

    @SuppressWarnings("unchecked")
    private RotaryReference rotary(boolean local, int width, int length) {
        Map<String, Object> all = (Map<String, Object>) config.get("rope_parameters");
        if (all != null) {
            Map<String, Object> own = (Map<String, Object>) all.get(local ? "sliding_attention" : "full_attention");
            return RotaryReference.of(width, (double) own.get("rope_theta"), own, 0, length);
        }
        Map<String, Object> scaling = (Map<String, Object>) config.getOrDefault("rope_scaling", Map.of());
        return local && !isGemma2()
                ? RotaryReference.of(width, (double) config.get("rope_local_base_freq"), Map.of(), 0, length)
                : RotaryReference.of(width, (double) config.get("rope_theta"), scaling, 0, length);
    }

    private double[][] linear(double[][] x, String name) {
        float[] bias = weights.getOrDefault(prefix + name + ".bias", new float[0]);
        return Float64.linear(x, weights.get(prefix + name + ".weight"), bias);
    }

    private double[][] norm(double[][] x, String name) {
        double plus = (int) config.getOrDefault("norm_plus", 1);
        return Float64.rmsNorm(x, (double) config.get("rms_norm_eps"), plus, weights.get(prefix + name + ".weight"));
    }

    private int count(String key) {
        return (int) config.get(key);
    }
}
