package foco.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.file.SafetensorsWriter.Type;
import foco.driver.model.ModelWeights;
import foco.driver.model.PretrainedModel;
import foco.driver.model.Transformer;
import foco.jobs.encode.ModelReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told of a model's memory, beside the bytes of its layers. */
class WeightBytesTest {

    private static final int LAYERS = 2;
    private static final int WIDTH = 128;
    private static final int HEAD = 64;
    private static final int INNER = 192;

    /** What Java writes besides the numbers: a few names of classes and fields. */
    private static final long NAMES = 6000;

    /** The biases of a layer that has none in the file: zeros in float32. */
    private static final long ZEROS = 4L * LAYERS * (3 * WIDTH + 2 * HEAD + 2 * INNER);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(
            value = Type.class,
            names = {"F32", "BF16", "F16"})
    void bytesToldAreThoseOfTheLayers(Type type) throws IOException {
        PretrainedModel model = model("llama", type);
        long numbers = model.transformer().tensors().parameters();
        long told = model.weightBytes();
        long gains = (2L * LAYERS + 1) * WIDTH;
        assertEquals(type == Type.F32 ? 4 * numbers : 2 * numbers + 2 * gains, told);
        assertEquals(told + ZEROS, serialized(model), NAMES);

        String lines = new ModelReport(model, 1000, 1, 1, 1, 0).lines();
        assertTrue(lines.contains(type == Type.F32 ? "in memory: float32" : "in two bytes a number"), lines);
    }

    /** Gemma's words are multiplied by a number when they are read. */
    @Test
    void whatIsComputedFromATableIsToldInFloat32() throws IOException {
        PretrainedModel model = model("gemma2", Type.BF16);
        long numbers = model.transformer().tensors().parameters();
        long gains = (4L * LAYERS + 1) * WIDTH;
        long words = (long) RandomCheckpoint.VOCABULARY * WIDTH;
        assertEquals(2 * numbers + 2 * gains + 2 * words, model.weightBytes());
        assertEquals(model.weightBytes() + ZEROS, serialized(model), NAMES);
    }

    private static long serialized(PretrainedModel model) throws IOException {
        Transformer transformer = model.transformer();
        ModelWeights weights = model.weights();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(transformer.embedding(weights));
            for (int l = 0; l < LAYERS; l++) {
                out.writeObject(transformer.layer(l, weights));
            }
            out.writeObject(transformer.lastNorm(weights).orElseThrow());
        }
        return bytes.size();
    }

    private PretrainedModel model(String type, Type numbers) throws IOException {
        Map<String, Object> config = new HashMap<>(Map.of(
                "model_type",
                type,
                "vocab_size",
                RandomCheckpoint.VOCABULARY,
                "hidden_size",
                WIDTH,
                "num_hidden_layers",
                LAYERS,
                "num_attention_heads",
                WIDTH / HEAD,
                "num_key_value_heads",
                1,
                "head_dim",
                HEAD,
                "intermediate_size",
                INNER,
                "rms_norm_eps",
                1e-5,
                "rope_theta",
                10_000.0));
        boolean gemma = type.equals("gemma2");
        config.put(gemma ? "hidden_activation" : "hidden_act", gemma ? "gelu_pytorch_tanh" : "silu");
        RandomCheckpoint all = new RandomCheckpoint(config, numbers, 16)
                .table("model.embed_tokens.weight", RandomCheckpoint.VOCABULARY, WIDTH)
                .gain("model.norm", 1, WIDTH);
        for (int l = 0; l < LAYERS; l++) {
            String at = "model.layers.%d.".formatted(l);
            all.gain(at + "input_layernorm", 1, WIDTH)
                    .gain(at + "post_attention_layernorm", 1, WIDTH)
                    .matrix(at + "self_attn.q_proj", WIDTH, WIDTH)
                    .matrix(at + "self_attn.k_proj", WIDTH, HEAD)
                    .matrix(at + "self_attn.v_proj", WIDTH, HEAD)
                    .matrix(at + "self_attn.o_proj", WIDTH, WIDTH)
                    .matrix(at + "mlp.gate_proj", WIDTH, INNER)
                    .matrix(at + "mlp.up_proj", WIDTH, INNER)
                    .matrix(at + "mlp.down_proj", INNER, WIDTH);
            if (gemma) {
                all.gain(at + "pre_feedforward_layernorm", 0, WIDTH).gain(at + "post_feedforward_layernorm", 0, WIDTH);
            }
        }
        return all.open(folder, 1);
    }
}
