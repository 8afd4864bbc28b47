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

/** ModernBERT as Warner et al. (2024) define it, in float64. */
@SparkTest
class ModernBertTest {

    private static final int WIDTH = 32;
    private static final int LAYERS = 4;
    private static final int HEADS = 2;
    private static final int INNER = 24;

    @Test
    void modernBertIsItsPapers(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config();
        RandomCheckpoint checkpoint = checkpoint("model.", config, Type.F32);
        FamilyCheck.of(spark, folder, 1, checkpoint, ModernBertTest::hidden, 200, 1, 64)
                .feels("window", "local_attention", 1000)
                .feels("every third layer global", "global_attn_every_n_layers", 1)
                .feels("base", "global_rope_theta", 20.0)
                .feels("local base", "local_rope_theta", 160_000.0)
                .feels("activation", "hidden_activation", "relu")
                .feelsTensors("attn_norm.weight", 1)
                .feelsTensors("embeddings.norm.weight", 1);
    }

    @Test
    void itsOptionsAreHonouredInShardsOfBfloat16(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config();
        config.put("norm_bias", true);
        config.put("attention_bias", true);
        config.put("mlp_bias", true);
        config.put("local_attention", 10);
        config.put("global_attn_every_n_layers", 2);
        config.put("local_rope_theta", null);
        config.put("global_rope_theta", 40.0);
        RandomCheckpoint checkpoint = checkpoint("", config, Type.BF16);
        FamilyCheck.of(spark, folder, 2, checkpoint, ModernBertTest::hidden, 90, 7)
                .feels("local base", "local_rope_theta", 10_000.0)
                .feels("the window's end", "local_attention", 12)
                .feelsTensors("final_norm.bias", 0)
                .feelsTensors("Wqkv.bias", 0)
                .feelsTensors("Wi.bias", 0);
    }

    @Test
    void newerFilesListTypesOfLayersWithTheirBases(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config();
        config.keySet().removeAll(List.of("global_rope_theta", "local_rope_theta", "global_attn_every_n_layers"));
        config.put("local_attention", 10);
        config.put(
                "layer_types", List.of("sliding_attention", "full_attention", "full_attention", "sliding_attention"));
        config.put(
                "rope_parameters",
                Map.of(
                        "full_attention", Map.of("rope_type", "default", "rope_theta", 30.0),
                        "sliding_attention", Map.of("rope_type", "default", "rope_theta", 3.0)));
        RandomCheckpoint checkpoint = checkpoint("model.", config, Type.F32);
        FamilyCheck.of(spark, folder, 1, checkpoint, ModernBertTest::hidden, 70)
                .feels(
                        "bases",
                        "rope_parameters",
                        Map.of(
                                "full_attention", Map.of("rope_theta", 3.0),
                                "sliding_attention", Map.of("rope_theta", 30.0)));
    }

    private static Map<String, Object> config() {
        Map<String, Object> config = new HashMap<>(Map.of(
                "model_type",
                "modernbert",
                "vocab_size",
                VOCABULARY,
                "hidden_size",
                WIDTH,
                "num_hidden_layers",
                LAYERS,
                "num_attention_heads",
                HEADS,
                "intermediate_size",
                INNER,
                "hidden_activation",
                "gelu",
                "norm_eps",
                1e-5,
                "global_attn_every_n_layers",
                3,
                "local_attention",
                128));
        config.put("global_rope_theta", 160_000.0);
        config.put("local_rope_theta", 10_000.0);
        return config;
    }

    private static RandomCheckpoint checkpoint(String prefix, Map<String, Object> config, Type type) {
        RandomCheckpoint all = new RandomCheckpoint(config, type, 2024);
        boolean attentionBias = (boolean) config.getOrDefault("attention_bias", false);
        boolean innerBias = (boolean) config.getOrDefault("mlp_bias", false);
        all.table(prefix + "embeddings.tok_embeddings.weight", VOCABULARY, WIDTH);
        norm(all, prefix + "embeddings.norm");
        for (int l = 0; l < LAYERS; l++) {
            String at = prefix + "layers.%d.".formatted(l);
            if (l > 0) {
                norm(all, at + "attn_norm");
            }
            all.linear(at + "attn.Wqkv", WIDTH, 3 * WIDTH, attentionBias)
                    .linear(at + "attn.Wo", WIDTH, WIDTH, attentionBias);
            norm(all, at + "mlp_norm");
            all.linear(at + "mlp.Wi", WIDTH, 2 * INNER, innerBias).linear(at + "mlp.Wo", INNER, WIDTH, innerBias);
        }
        norm(all, prefix + "final_norm");
        return all;
    }

    private static void norm(RandomCheckpoint all, String name) {
        all.gain(name, 1, WIDTH);
        if ((boolean) all.config().getOrDefault("norm_bias", false)) {
            all.vector(name + ".bias", 0, WIDTH);
        }
    }

    private static double[][] hidden(Map<String, Object> config, Map<String, float[]> weights, int... ids) {
        String model = weights.containsKey("final_norm.weight") ? "" : "model.";
        double[][] words = Float64.look(weights.get(model + "embeddings.tok_embeddings.weight"), WIDTH, ids);
        double[][] x = norm(config, words, weights, model + "embeddings.norm");
        for (int l = 0; l < LAYERS; l++) {
            String at = model + "layers.%d.".formatted(l);
            double[][] y = l == 0 ? x : norm(config, x, weights, at + "attn_norm");
            double[][] attended = attention(config, l, linear(y, weights, at + "attn.Wqkv"));
            x = Float64.plus(x, linear(attended, weights, at + "attn.Wo"));
            double[][] both = linear(norm(config, x, weights, at + "mlp_norm"), weights, at + "mlp.Wi");
            double[][] input = Float64.map(
                    Float64.columns(both, 0, INNER),
                    config.get("hidden_activation").equals("gelu") ? Float64::gelu : value -> Math.max(0, value));
            double[][] gated = Float64.times(input, Float64.columns(both, INNER, INNER));
            x = Float64.plus(x, linear(gated, weights, at + "mlp.Wo"));
        }
        return norm(config, x, weights, model + "final_norm");
    }

    private static double[][] attention(Map<String, Object> config, int l, double[][] qkv) {
        boolean local = isLocal(config, l);
        int side = local ? (int) config.get("local_attention") / 2 : Integer.MAX_VALUE;
        double[] radians = Float64.radians(WIDTH / HEADS, base(config, local));
        return Float64.attend(
                Float64.rotate(Float64.columns(qkv, 0, WIDTH), 1, radians),
                Float64.rotate(Float64.columns(qkv, WIDTH, WIDTH), 1, radians),
                Float64.columns(qkv, 2 * WIDTH, WIDTH),
                WIDTH / HEADS,
                product -> product / Math.sqrt(WIDTH / HEADS),
                (query, key) -> Math.abs(query - key) <= side);
    }

    private static boolean isLocal(Map<String, Object> config, int l) {
        return config.containsKey("layer_types")
                ? ((List<?>) config.get("layer_types")).get(l).equals("sliding_attention")
                : l % (int) config.get("global_attn_every_n_layers") != 0;
    }

    @SuppressWarnings("unchecked")
    private static double base(Map<String, Object> config, boolean local) {
        Map<String, Map<String, Object>> parameters = (Map<String, Map<String, Object>>) config.get("rope_parameters");
        if (parameters != null) {
            return (double) parameters
                    .get(local ? "sliding_attention" : "full_attention")
                    .get("rope_theta");
        }
        Object own = config.get(local ? "local_rope_theta" : "global_rope_theta");
        return (double) (own == null ? config.get("global_rope_theta") : own);
    }

    private static double[][] linear(double[][] x, Map<String, float[]> weights, String name) {
        float[] bias = weights.getOrDefault(name + ".bias", new float[0]);
        return Float64.linear(x, weights.get(name + ".weight"), bias);
    }

    private static double[][] norm(
            Map<String, Object> config, double[][] x, Map<String, float[]> weights, String name) {
        float[] bias = weights.getOrDefault(name + ".bias", new float[0]);
        return Float64.layerNorm(x, (double) config.get("norm_eps"), weights.get(name + ".weight"), bias);
    }
}
