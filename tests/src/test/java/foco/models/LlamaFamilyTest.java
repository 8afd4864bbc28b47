package foco.models;

import static foco.models.RandomCheckpoint.VOCABULARY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.file.SafetensorsWriter.Type;
import foco.driver.model.PretrainedModel;
import foco.jobs.encode.ModelReport;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Llama, Mistral, Qwen2 and Qwen3 in random checkpoints of their own form, against {@link LlamaReference}. */
@SparkTest
class LlamaFamilyTest {

    private static final int WIDTH = 32;
    private static final int LAYERS = 2;
    private static final int INNER = 48;
    private static final Map<String, Object> UNSCALED = Map.of("rope_type", "default");

    @Test
    void llama3WithBiasesInShardsOfBfloat16(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config("llama", 4, 2);
        config.put("attention_bias", true);
        config.put("mlp_bias", true);
        config.put("tie_word_embeddings", true);
        config.put(
                "rope_scaling",
                Map.of(
                        "rope_type", "llama3",
                        "factor", 8.0,
                        "low_freq_factor", 1.0,
                        "high_freq_factor", 4.0,
                        "original_max_position_embeddings", 128));
        FamilyCheck.of(spark, folder, 3, checkpoint("model.", config, 8, Type.BF16), LlamaReference::hidden, 1, 150, 37)
                .feels("scaling", "rope_scaling", UNSCALED)
                .feels("base", "rope_theta", 500.0)
                .feels("gate's activation", "hidden_act", "gelu_pytorch_tanh")
                .feelsTensors("q_proj.bias", 0)
                .feelsTensors("o_proj.bias", 0)
                .feelsTensors("gate_proj.bias", 0)
                .feelsTensors("down_proj.bias", 0)
                .feelsTensors("input_layernorm.weight", 1);
    }

    @Test
    void rotaryScalingsAreTheirPapers(SparkSession spark, @TempDir Path folder) throws IOException {
        List<Map<String, Object>> scalings = List.of(
                Map.of("type", "linear", "factor", 4.0),
                Map.of("rope_type", "dynamic", "factor", 4.0),
                Map.of("rope_type", "yarn", "factor", 4.0, "original_max_position_embeddings", 50, "beta_fast", 8),
                Map.of("rope_type", "yarn", "factor", 4.0, "attention_factor", 0.8));
        for (Map<String, Object> scaling : scalings) {
            Map<String, Object> config = config("llama", 2, 1);
            config.put("max_position_embeddings", 64);
            config.put("rope_scaling", scaling);
            Path own = folder.resolve("scaling" + scalings.indexOf(scaling));
            RandomCheckpoint checkpoint = checkpoint("model.", config, 16, Type.F32);
            FamilyCheck.of(spark, own, 1, checkpoint, LlamaReference::hidden, 150, 40)
                    .feels(scaling.toString(), "rope_scaling", UNSCALED);
        }
    }

    @Test
    void newerFilesHaveBaseAndScalingInOnePlace(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config("llama", 2, 2);
        config.remove("rope_theta");
        config.put("rope_parameters", Map.of("rope_type", "linear", "factor", 2.0, "rope_theta", 77.0));
        FamilyCheck.of(spark, folder, 1, checkpoint("model.", config, 16, Type.F32), LlamaReference::hidden, 70)
                .feels("scaling", "rope_parameters", Map.of("rope_type", "default", "rope_theta", 77.0))
                .feels("base", "rope_parameters", Map.of("rope_type", "linear", "factor", 2.0));
    }

    @Test
    void mistralSeesAWindow(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config("mistral", 4, 1);
        config.put("head_dim", 12);
        config.put("sliding_window", 16);
        FamilyCheck.of(spark, folder, 1, checkpoint("", config, 12, Type.F16), LlamaReference::hidden, 150, 16, 1)
                .feels("window", "sliding_window", 400)
                .feels("the window's end", "sliding_window", 17);
    }

    @Test
    void laterMistralsHaveNone(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config("mistral", 2, 1);
        config.put("sliding_window", null);
        FamilyCheck.of(spark, folder, 1, checkpoint("model.", config, 16, Type.F32), LlamaReference::hidden, 70)
                .feels("window", "sliding_window", 16);
    }

    @Test
    void theFirstMistralsWindowHoldsOnlyWhereTheFileDoesNotTell(@TempDir Path folder) throws IOException {
        Map<String, Object> config = config("mistral", 2, 1);
        assertEquals(Mask.window(4095, 0), mask(config, folder.resolve("nothing")));
        config.put("sliding_window", null);
        assertEquals(Mask.causal(), mask(config, folder.resolve("null")));
    }

    private static Mask mask(Map<String, Object> config, Path folder) throws IOException {
        PretrainedModel model = checkpoint("model.", config, 16, Type.F32).open(folder, 1);
        return model.transformer().layer(0, model.weights()).attention().mask();
    }

    @Test
    void whatATextTakesIsWhatLayersSee(@TempDir Path folder) throws IOException {
        Map<String, Object> config = config("qwen2", 2, 1);
        config.put("use_sliding_window", true);
        config.put("sliding_window", 16);
        config.put("max_window_layers", 2);
        // 2 layers of 2 heads of width 16: 4 * 16 * 2 * 2 operations a pair, and half of 10^10 pairs.
        assertTakes("about 21 min", config, folder.resolve("causal"));
        config.put("max_window_layers", 1);
        assertTakes("about 11 min", config, folder.resolve("half"));
        config.put("max_window_layers", 0);
        assertTakes("about 0 s", config, folder.resolve("windows"));
    }

    /** At 10^9 operations a second in attention, and with nothing around it. */
    private static void assertTakes(String told, Map<String, Object> config, Path folder) throws IOException {
        PretrainedModel model = checkpoint("model.", config, 16, Type.F32).open(folder, 1);
        String lines = new ModelReport(model, 100_000, 1, 1, 1, 0).lines();
        assertTrue(lines.contains("100,000 tokens take " + told), lines);
    }

    /** By it the checkpoint of a pass knows its model. */
    @Test
    void whatAModelIsIsToldAlikeAndWithEveryOption(@TempDir Path folder) throws IOException {
        Map<String, Object> config = config("qwen3", 2, 1);
        config.put("head_dim", 24);
        Map<String, Map<String, Object>> changes = Map.of(
                "base", Map.of("rope_theta", 500.0),
                "linear", Map.of("rope_scaling", Map.of("type", "linear", "factor", 4.0)),
                "yarn", Map.of("rope_scaling", yarn(8.0)),
                "other yarn", Map.of("rope_scaling", yarn(9.0)),
                "window", Map.of("use_sliding_window", true, "max_window_layers", 1, "sliding_window", 9));
        Set<String> told = new HashSet<>();
        told.add(told(config, folder.resolve("first")));
        assertEquals(told, Set.of(told(config, folder.resolve("again"))));
        for (Map.Entry<String, Map<String, Object>> change : changes.entrySet()) {
            Map<String, Object> changed = new HashMap<>(config);
            changed.putAll(change.getValue());
            String text = told(changed, folder.resolve(change.getKey()));
            assertTrue(told.add(text), () -> "%s is told as %s".formatted(change.getKey(), text));
        }
    }

    private static Map<String, Object> yarn(double fast) {
        return Map.of("rope_type", "yarn", "factor", 4.0, "original_max_position_embeddings", 64, "beta_fast", fast);
    }

    private static String told(Map<String, Object> config, Path folder) throws IOException {
        return checkpoint("model.", config, 24, Type.F32)
                .open(folder, 1)
                .transformer()
                .toString();
    }

    @Test
    void qwen2HasBiasesAndWindowsInItsLastLayers(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config("qwen2", 4, 2);
        config.put("use_sliding_window", true);
        config.put("sliding_window", 10);
        config.put("max_window_layers", 1);
        FamilyCheck.of(spark, folder, 1, checkpoint("model.", config, 8, Type.F32), LlamaReference::hidden, 90, 3)
                .feels("windows", "use_sliding_window", false)
                .feels("layers without", "max_window_layers", 0)
                .feelsTensors("k_proj.bias", 1)
                .feelsTensors("v_proj.bias", 0);
    }

    @Test
    void qwen3HasNormsOfHeadsAndAWidthOfItsOwn(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config("qwen3", 2, 1);
        config.put("head_dim", 24);
        config.put("use_sliding_window", true);
        config.put("sliding_window", 10);
        config.put("layer_types", List.of("sliding_attention", "full_attention"));
        FamilyCheck.of(spark, folder, 1, checkpoint("model.", config, 24, Type.BF16), LlamaReference::hidden, 90, 3)
                .feels("types of layers", "layer_types", List.of("full_attention", "full_attention"))
                .feels("epsilon", "rms_norm_eps", 1.0)
                .feelsTensors("q_norm.weight", 1)
                .feelsTensors("k_norm.weight", 1);
    }

    static Map<String, Object> config(String type, int heads, int keyValueHeads) {
        return new HashMap<>(Map.of(
                "model_type", type,
                "vocab_size", VOCABULARY,
                "hidden_size", WIDTH,
                "num_hidden_layers", LAYERS,
                "num_attention_heads", heads,
                "num_key_value_heads", keyValueHeads,
                "intermediate_size", INNER,
                "hidden_act", "silu",
                "rms_norm_eps", 1e-5,
                "rope_theta", 10_000.0));
    }

    /** @param head the width of one */
    static RandomCheckpoint checkpoint(String prefix, Map<String, Object> config, int head, Type type) {
        int queries = head * (int) config.get("num_attention_heads");
        int keys = head * (int) config.get("num_key_value_heads");
        boolean attentionBias = (boolean) config.getOrDefault("attention_bias", false);
        boolean projectionBias = attentionBias || config.get("model_type").equals("qwen2");
        boolean innerBias = (boolean) config.getOrDefault("mlp_bias", false);
        RandomCheckpoint all = new RandomCheckpoint(config, type, 2023)
                .table(prefix + "embed_tokens.weight", VOCABULARY, WIDTH)
                .gain(prefix + "norm", 1, WIDTH);
        for (int l = 0; l < LAYERS; l++) {
            String at = prefix + "layers.%d.".formatted(l);
            all.gain(at + "input_layernorm", 1, WIDTH)
                    .gain(at + "post_attention_layernorm", 1, WIDTH)
                    .linear(at + "self_attn.q_proj", WIDTH, queries, projectionBias)
                    .linear(at + "self_attn.k_proj", WIDTH, keys, projectionBias)
                    .linear(at + "self_attn.v_proj", WIDTH, keys, projectionBias)
                    .linear(at + "self_attn.o_proj", queries, WIDTH, attentionBias)
                    .linear(at + "mlp.gate_proj", WIDTH, INNER, innerBias)
                    .linear(at + "mlp.up_proj", WIDTH, INNER, innerBias)
                    .linear(at + "mlp.down_proj", INNER, WIDTH, innerBias);
            if (config.get("model_type").equals("qwen3")) {
                all.gain(at + "self_attn.q_norm", 1, head).gain(at + "self_attn.k_norm", 1, head);
            }
        }
        return all;
    }
}
