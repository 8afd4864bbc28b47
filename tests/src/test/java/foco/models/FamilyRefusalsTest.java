package foco.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import foco.driver.file.SafetensorsWriter.Type;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What configurations ask for that Foco does not compute is refused by name, before weights are read. */
class FamilyRefusalsTest {

    private int models;

    @TempDir
    private Path folder;

    @BeforeEach
    void countAnew() {
        models = 0;
    }

    @Test
    void ofAnyFamily() {
        assertRefused("llama", "quantization_config is {\"bits\":4}", "quantization_config", Map.of("bits", 4));
        assertRefused("llama", "num_key_value_heads is 3, where Foco takes a divisor", "num_key_value_heads", 3);
        assertRefused("llama", "head_dim is 7, where Foco takes an even number up to 512", "head_dim", 7);
        assertRefused("llama", "head_dim is 1024, where Foco takes an even number up to 512", "head_dim", 1024);
        assertRefused("llama", "hidden_act is \"mish\", where Foco takes one of gelu", "hidden_act", "mish");
        assertRefused("gpt2", "does not say n_embd");
    }

    @Test
    void ofRotaryEmbedding() {
        assertRefusedScaling("rope_type is \"longrope\", where Foco takes default, linear", "rope_type", "longrope");
        assertRefusedScaling("type is \"su\", where Foco takes default, linear", "type", "su");
        assertRefusedScaling("mrope_section is [16,24], where Foco takes only", "mrope_section", List.of(16, 24));
        assertRefusedScaling("does not say factor", "rope_type", "linear");
        assertRefusedScaling("does not say low_freq_factor", "rope_type", "llama3", "factor", 8.0);
        assertRefusedScaling("must be 1 or more, and is 0.5", "rope_type", "linear", "factor", 0.5);
        assertRefusedScaling("truncate is false", "rope_type", "yarn", "factor", 2.0, "truncate", false);
        assertRefusedScaling(
                "original_max_position_embeddings is 9, where Foco takes max_position_embeddings, 64",
                "rope_type",
                "dynamic",
                "factor",
                2.0,
                "original_max_position_embeddings",
                9);
        assertRefused("llama", "rope_scaling is 2, where Foco takes an object", "rope_scaling", 2);
        assertRefused("llama", "partial_rotary_factor is 0.5, where Foco takes 1", "partial_rotary_factor", 0.5);
        assertRefused("gemma3_text", "full_attention is not there", "rope_parameters", Map.of("rope_type", "default"));
    }

    @Test
    void ofSingleFamilies() {
        assertRefused("qwen2", "does not say max_window_layers", "use_sliding_window", true);
        assertRefused("qwen3", "use_sliding_window is not there", "layer_types", List.of("sliding_attention"));
        assertRefused("qwen3", "layer_types is [\"chunked_attention\"]", "layer_types", List.of("chunked_attention"));
        assertRefused("qwen3", "for each of the 1 layers", "layer_types", List.of("full_attention", "full_attention"));
        assertRefused("gemma2", "use_bidirectional_attention is true", "use_bidirectional_attention", true);
        assertRefused("gemma3_text", "attn_logit_softcapping is 50.0", "attn_logit_softcapping", 50.0);
        assertRefused("gemma3", "text_config is not there");
        assertRefused("gpt2", "add_cross_attention is true", "add_cross_attention", true);
        assertRefused("gpt2", "n_head is 5, where Foco takes a divisor", "n_embd", 32, "n_head", 5);
    }

    @Test
    void aBiasThatTheConfigurationDoesNotTellOf() {
        Map<String, Object> config = LlamaFamilyTest.config("llama", 2, 1);
        RandomCheckpoint checkpoint = LlamaFamilyTest.checkpoint("model.", config, 16, Type.F32)
                .vector("model.layers.0.self_attn.q_proj.bias", 0, 32);
        assertRefused(checkpoint, "holds the tensor model.layers.0.self_attn.q_proj.bias");
    }

    private void assertRefusedScaling(String told, Object... scaling) {
        assertRefused("llama", told, "rope_scaling", changed(new HashMap<>(), scaling));
    }

    private void assertRefused(String type, String told, Object... changes) {
        Map<String, Object> config = LlamaFamilyTest.config(type, 2, 1);
        config.put("num_hidden_layers", 1);
        config.put("max_position_embeddings", 64);
        assertRefused(new RandomCheckpoint(changed(config, changes), Type.F32, 1).vector("some", 0, 1), told);
    }

    private void assertRefused(RandomCheckpoint checkpoint, String told) {
        Path own = folder.resolve("model" + models++);
        String message = assertThrows(InvalidInputException.class, () -> open(checkpoint, own), told)
                .getMessage();
        assertTrue(message.contains(told), message);
        assertEquals(1, message.lines().count(), message);
    }

    private static void open(RandomCheckpoint checkpoint, Path folder) throws IOException {
        checkpoint.open(folder, 1);
    }

    private static Map<String, Object> changed(Map<String, Object> config, Object... changes) {
        for (int i = 0; i < changes.length; i += 2) {
            config.put((String) changes[i], changes[i + 1]);
        }
        return config;
    }
}
