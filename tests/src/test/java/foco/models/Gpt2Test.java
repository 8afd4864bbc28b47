package foco.models;

import static foco.models.RandomCheckpoint.VOCABULARY;

import foco.driver.file.SafetensorsWriter.Type;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GPT-2 as Radford et al. (2019) define it, in float64. */
@SparkTest
class Gpt2Test {

    private static final int WIDTH = 32;
    private static final int LAYERS = 2;
    private static final int HEADS = 4;

    @Test
    void gpt2IsItsPapers(SparkSession spark, @TempDir Path folder) throws IOException {
        RandomCheckpoint checkpoint = checkpoint("", config(), 4 * WIDTH, Type.F32);
        FamilyCheck.of(spark, folder, 1, checkpoint, Gpt2Test::hidden, 1, 150, 37)
                .feels("activation", "activation_function", "relu")
                .feels("causal mask", "causal", false)
                .feelsTensors("wpe.weight", 0)
                .feelsTensors("c_attn.bias", 0)
                .feelsTensors("ln_1.bias", 0)
                .feelsTensors("ln_f.weight", 1);
    }

    @Test
    void itsOptionsAreHonouredWithThePrefixOfATrainedHeadInShardsOfFloat16(SparkSession spark, @TempDir Path folder)
            throws IOException {
        Map<String, Object> config = config();
        config.put("n_inner", 48);
        config.put("activation_function", "gelu");
        config.put("scale_attn_weights", false);
        config.put("scale_attn_by_inverse_layer_idx", true);
        config.put("layer_norm_epsilon", 0.1);
        RandomCheckpoint checkpoint = checkpoint("transformer.", config, 48, Type.F16);
        FamilyCheck.of(spark, folder, 3, checkpoint, Gpt2Test::hidden, 60, 2)
                .feels("scale", "scale_attn_weights", true)
                .feels("scale of layers", "scale_attn_by_inverse_layer_idx", false)
                .feels("epsilon", "layer_norm_epsilon", 1e-5);
    }

    private static Map<String, Object> config() {
        return new HashMap<>(Map.of(
                "model_type",
                "gpt2",
                "vocab_size",
                VOCABULARY,
                "n_positions",
                160,
                "n_embd",
                WIDTH,
                "n_layer",
                LAYERS,
                "n_head",
                HEADS,
                "activation_function",
                "gelu_new",
                "layer_norm_epsilon",
                1e-5));
    }

    private static RandomCheckpoint checkpoint(String prefix, Map<String, Object> config, int inner, Type type) {
        RandomCheckpoint all = new RandomCheckpoint(config, type, 2019)
                .table(prefix + "wte.weight", VOCABULARY, WIDTH)
                .table(prefix + "wpe.weight", 160, WIDTH);
        for (int l = 0; l < LAYERS; l++) {
            String at = prefix + "h.%d.".formatted(l);
            norm(all, at + "ln_1");
            norm(all, at + "ln_2");
            conv1d(all, at + "attn.c_attn", WIDTH, 3 * WIDTH);
            conv1d(all, at + "attn.c_proj", WIDTH, WIDTH);
            conv1d(all, at + "mlp.c_fc", WIDTH, inner);
            conv1d(all, at + "mlp.c_proj", inner, WIDTH);
            // The mask, which OpenAI's files hold among the weights.
            all.tensor(at + "attn.bias", 1, 0, 1, 1, 4, 4);
        }
        norm(all, prefix + "ln_f");
        return all;
    }

    private static void norm(RandomCheckpoint all, String name) {
        all.gain(name, 1, WIDTH).vector(name + ".bias", 0, WIDTH);
    }

    private static void conv1d(RandomCheckpoint all, String name, int inputs, int outputs) {
        all.tensor(name + ".weight", 0, 1.5 / Math.sqrt(inputs), inputs, outputs)
                .vector(name + ".bias", 0, outputs);
    }

    private static double[][] hidden(Map<String, Object> config, Map<String, float[]> weights, int... ids) {
        String prefix = weights.containsKey("wte.weight") ? "" : "transformer.";
        double epsilon = (double) config.get("layer_norm_epsilon");
        boolean causal = (boolean) config.getOrDefault("causal", true);
        double[][] x = Float64.plus(
                Float64.look(weights.get(prefix + "wte.weight"), WIDTH, ids),
                Float64.look(
                        weights.get(prefix + "wpe.weight"),
                        WIDTH,
                        IntStream.range(0, ids.length).toArray()));
        for (int l = 0; l < LAYERS; l++) {
            String at = prefix + "h.%d.".formatted(l);
            double scale = (boolean) config.getOrDefault("scale_attn_weights", true) ? 1 / Math.sqrt(WIDTH / HEADS) : 1;
            double divisor = (boolean) config.getOrDefault("scale_attn_by_inverse_layer_idx", false) ? l + 1 : 1;
            double[][] qkv = conv1d(norm(x, weights, at + "ln_1", epsilon), weights, at + "attn.c_attn");
            double[][] attended = Float64.attend(
                    Float64.columns(qkv, 0, WIDTH),
                    Float64.columns(qkv, WIDTH, WIDTH),
                    Float64.columns(qkv, 2 * WIDTH, WIDTH),
                    WIDTH / HEADS,
                    score -> score * scale / divisor,
                    (query, key) -> key <= query || !causal);
            x = Float64.plus(x, conv1d(attended, weights, at + "attn.c_proj"));
            double[][] inner = conv1d(norm(x, weights, at + "ln_2", epsilon), weights, at + "mlp.c_fc");
            inner = Float64.map(inner, value -> activation(config, value));
            x = Float64.plus(x, conv1d(inner, weights, at + "mlp.c_proj"));
        }
        return norm(x, weights, prefix + "ln_f", epsilon);
    }

    private static double activation(Map<String, Object> config, double x) {
        return switch ((String) config.get("activation_function")) {
            case "gelu_new" -> Float64.geluTanh(x);
            case "gelu" -> Float64.gelu(x);
            default -> Math.max(0, x);
        };
    }

    private static double[][] norm(double[][] x, Map<String, float[]> weights, String name, double epsilon) {
        return Float64.layerNorm(x, epsilon, weights.get(name + ".weight"), weights.get(name + ".bias"));
    }

    /** {@code x W + b} of weights {@code [inputs, outputs]}. */
    private static double[][] conv1d(double[][] x, Map<String, float[]> weights, String name) {
        float[] w = weights.get(name + ".weight");
        float[] b = weights.get(name + ".bias");
        double[][] y = new double[x.length][b.length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < b.length; o++) {
                y[t][o] = b[o];
                for (int i = 0; i < x[t].length; i++) {
                    y[t][o] += x[t][i] * w[i * b.length + o];
                }
            }
        }
        return y;
    }
}
