package foco.models;

import static foco.models.RandomCheckpoint.VOCABULARY;

import foco.driver.file.SafetensorsWriter.Type;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gemma 2 and 3 in random checkpoints of their own form, against {@link GemmaReference}. */
@SparkTest
class GemmaTest {

    private static final int WIDTH = 32;
    private static final int INNER = 48;
    private static final int HEAD = 16;

    @Test
    void gemma2CapsItsScoresAndHasWindowsByTurns(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config("gemma2", 2);
        config.put("attn_logit_softcapping", 1.5);
        config.put("final_logit_softcapping", 30.0);
        config.put("query_pre_attn_scalar", 5);
        config.put("attention_bias", true);
        FamilyCheck.of(spark, folder, 2, checkpoint("model.", config, 2, Type.BF16), GemmaReference::hidden, 1, 150, 37)
                .feels("soft cap", "attn_logit_softcapping", null)
                .feels("scale", "query_pre_attn_scalar", HEAD)
                .feels("window", "sliding_window", 400)
                .feels("pattern", "layer_types", List.of("full_attention", "sliding_attention"))
                .feels("words times the root of their width", "scaled_by", 1)
                .feels("1 + gain", "norm_plus", 0)
                .feelsTensors("v_proj.bias", 0)
                .feelsTensors("post_attention_layernorm.weight", 0)
                .feelsTensors("post_feedforward_layernorm.weight", 0);
    }

    @Test
    void gemma2MayBeWithoutACap(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config("gemma2", 2);
        config.put("attn_logit_softcapping", null);
        config.put("query_pre_attn_scalar", 0.05);
        FamilyCheck.of(spark, folder, 1, checkpoint("model.", config, 2, Type.F32), GemmaReference::hidden, 50)
                .feels("soft cap", "attn_logit_softcapping", 50.0);
    }

    @Test
    void gemma3HasTwoBasesAndFiveLayersWithAWindowToOneWithout(SparkSession spark, @TempDir Path folder)
            throws IOException {
        Map<String, Object> config = gemma3(7);
        FamilyCheck.of(spark, folder, 1, checkpoint("model.", config, 7, Type.F32), GemmaReference::hidden, 150, 20, 1)
                .feels("window", "sliding_window", 400)
                .feels("pattern", "layer_types", List.of(("sliding_attention ".repeat(7)).split(" ")))
                .feels("scaling", "rope_scaling", Map.of())
                .feels("base", "rope_theta", 10_000.0)
                .feels("local base", "rope_local_base_freq", 10_000.0)
                .feelsTensors("q_norm.weight", 0)
                .feelsTensors("k_norm.weight", 0);
    }

    @Test
    void theTextLayersOfAGemma3WithImages(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> text = gemma3(2);
        text.put("model_type", "gemma3_text");
        text.remove("rope_theta");
        text.remove("rope_local_base_freq");
        text.remove("rope_scaling");
        text.put("layer_types", List.of("full_attention", "sliding_attention"));
        text.put(
                "rope_parameters",
                Map.of(
                        "full_attention", Map.of("rope_type", "linear", "factor", 8.0, "rope_theta", 500.0),
                        "sliding_attention", Map.of("rope_type", "default", "rope_theta", 50.0)));
        Map<String, Object> config = Map.of("model_type", "gemma3", "text_config", text);
        String prefix = "language_model.model.";
        RandomCheckpoint written = new RandomCheckpoint(config, Type.BF16, 2025);
        declare(written, prefix, text, 2);
        FamilyCheck.of(spark, folder, 1, written, GemmaReference::hidden, 60, 30)
                .feels("the text's configuration", "text_config", gemma3(2));
    }

    @Test
    void embeddingGemmaSeesToBothSides(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = gemma3(2);
        config.put("use_bidirectional_attention", true);
        config.put("layer_types", List.of("sliding_attention", "full_attention"));
        FamilyCheck.of(spark, folder, 1, checkpoint("", config, 2, Type.F32), GemmaReference::hidden, 90, 10)
                .feels("both sides", "use_bidirectional_attention", false)
                .feels("window", "sliding_window", 14);
    }

    private static Map<String, Object> gemma3(int layers) {
        Map<String, Object> config = config("gemma3_text", layers);
        config.put("query_pre_attn_scalar", 12);
        config.put("rope_theta", 300.0);
        config.put("rope_local_base_freq", 20.0);
        config.put("rope_scaling", Map.of("rope_type", "linear", "factor", 8.0));
        return config;
    }

    private static Map<String, Object> config(String type, int layers) {
        Map<String, Object> config = new HashMap<>(Map.of(
                "model_type", type,
                "vocab_size", VOCABULARY,
                "hidden_size", WIDTH,
                "num_hidden_layers", layers,
                "num_attention_heads", 2,
                "num_key_value_heads", 1,
                "head_dim", HEAD,
                "intermediate_size", INNER,
                "hidden_activation", "gelu_pytorch_tanh",
                "rms_norm_eps", 1e-6));
        config.put("rope_theta", 10_000.0);
        config.put("sliding_window", 12);
        return config;
    }

    private static RandomCheckpoint checkpoint(String prefix, Map<String, Object> config, int layers, Type type) {
        RandomCheckpoint all = new RandomCheckpoint(config, type, 2024);
        declare(all, prefix, config, layers);
        return all;
    }

    private static void declare(RandomCheckpoint all, String prefix, Map<String, Object> config, int layers) {
        boolean bias = (boolean) config.getOrDefault("attention_bias", false);
        all.table(prefix + "embed_tokens.weight", VOCABULARY, WIDTH).gain(prefix + "norm", 0, WIDTH);
        for (int l = 0; l < layers; l++) {
            String at = prefix + "layers.%d.".formatted(l);
            all.gain(at + "input_layernorm", 0, WIDTH)
                    .gain(at + "post_attention_layernorm", 0, WIDTH)
                    .gain(at + "pre_feedforward_layernorm", 0, WIDTH)
                    .gain(at + "post_feedforward_layernorm", 0, WIDTH)
                    .linear(at + "self_attn.q_proj", WIDTH, 2 * HEAD, bias)
                    .linear(at + "self_attn.k_proj", WIDTH, HEAD, bias)
                    .linear(at + "self_attn.v_proj", WIDTH, HEAD, bias)
                    .linear(at + "self_attn.o_proj", 2 * HEAD, WIDTH, bias)
                    .matrix(at + "mlp.gate_proj", WIDTH, INNER)
                    .matrix(at + "mlp.up_proj", WIDTH, INNER)
                    .matrix(at + "mlp.down_proj", INNER, WIDTH);
            if (!config.get("model_type").equals("gemma2")) {
                all.gain(at + "self_attn.q_norm", 0, HEAD).gain(at + "self_attn.k_norm", 0, HEAD);
            }
        }
    }
}
