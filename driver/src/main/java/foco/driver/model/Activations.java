package foco.driver.model;

import foco.kernels.dense.Activation;
import java.util.Map;
import java.util.TreeSet;

/** The activations by the names that configurations give them. */
final class Activations {

    private static final Map<String, Activation> BY_NAME = Map.of(
            "gelu", Activation.GELU,
            "gelu_python", Activation.GELU,
            "gelu_new", Activation.GELU_TANH,
            "gelu_fast", Activation.GELU_TANH,
            "gelu_pytorch_tanh", Activation.GELU_TANH,
            "relu", Activation.RELU,
            "silu", Activation.SILU,
            "swish", Activation.SILU);

    private Activations() {}

    /** The one that the configuration names, which has to be known. */
    static Activation of(ModelConfig config, String key) {
        Activation activation = BY_NAME.get(config.text(key));
        config.require(activation != null, key, "one of " + String.join(", ", new TreeSet<>(BY_NAME.keySet())));
        return activation;
    }

    /** The one that the configuration names, or what holds where the key is not there. */
    static Activation of(ModelConfig config, String key, Activation otherwise) {
        return config.has(key) ? of(config, key) : otherwise;
    }
}
