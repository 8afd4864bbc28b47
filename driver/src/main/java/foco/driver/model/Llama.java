package foco.driver.model;

import foco.driver.layer.FeedForward;
import foco.driver.layer.HeadProjections;
import foco.driver.layer.NormStep;
import foco.driver.layer.PreNormLayer;
import foco.driver.layer.RotaryLayer;
import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.driver.layer.WordEmbedding;
import foco.kernels.dense.Activation;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.mask.Mask;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Llama (Touvron et al., <i>LLaMA: Open and Efficient Foundation Language Models</i>, 2023; Grattafiori et al., <i>The Llama 3
 * Herd of Models</i>, 2024): RMS norms before attention and before a gated feed-forward, queries and keys turned by their
 * positions, queries in groups that share keys and values.
 *
 * <p>Its kin are made alike: Mistral (Jiang et al., 2023) sees a window of tokens; Qwen2 (Yang et al., 2024) has biases on
 * queries, keys and values; Qwen3 (Yang et al., 2025) normalises the heads of queries and keys.
 */
record Llama(Config config) implements Transformer {

    private static final double BASE = 10_000;
    private static final String WINDOW = "sliding_window";

    /**
     * What {@code config.json} says.
     *
     * @param family as people call it
     * @param rotary how queries and keys turn
     * @param projectionBias whether queries, keys and values have biases; {@code outputBias} and {@code feedForwardBias}
     *     likewise
     * @param headNorms whether heads of queries and keys are normalised
     * @param local for each layer, whether it sees only a window
     * @param window of how many tokens, the query's own among them; 0 if no layer has one
     */
    record Config(
            String family,
            int vocabulary,
            int width,
            int layers,
            Heads heads,
            int feedForward,
            Activation activation,
            double epsilon,
            RotaryEmbedding rotary,
            boolean projectionBias,
            boolean outputBias,
            boolean feedForwardBias,
            boolean headNorms,
            List<Boolean> local,
            int window) {}

    static Llama of(ModelConfig json) {
        boolean bias = json.flag("attention_bias", false);
        return of(json, "Llama", bias, bias, false, List.of(), 0);
    }

    /** A window that the file leaves out is that of the first Mistral; later ones say that they have none. */
    static Llama mistral(ModelConfig json) {
        int window = json.says(WINDOW) && !json.has(WINDOW) ? 0 : json.count(WINDOW, 4096);
        List<Boolean> local = LayerTypes.local(json, json.count("num_hidden_layers"), layer -> window > 0);
        return of(json, "Mistral", false, false, false, local, window);
    }

    static Llama qwen2(ModelConfig json) {
        return qwen(json, "Qwen2", true, false, false);
    }

    static Llama qwen3(ModelConfig json) {
        boolean bias = json.flag("attention_bias", false);
        return qwen(json, "Qwen3", bias, bias, true);
    }

    /** Where windows are used, the first layers see everything nevertheless. */
    private static Llama qwen(
            ModelConfig json, String family, boolean projectionBias, boolean outputBias, boolean headNorms) {
        boolean windows = json.flag("use_sliding_window", false);
        int first = windows && !json.has("layer_types") ? json.index("max_window_layers") : 0;
        List<Boolean> local =
                LayerTypes.local(json, json.count("num_hidden_layers"), layer -> windows && layer >= first);
        boolean any = local.contains(true);
        json.require(windows || !any, "use_sliding_window", "true where layer_types has \"sliding_attention\"");
        return of(json, family, projectionBias, outputBias, headNorms, local, any ? json.count(WINDOW) : 0);
    }

    private static Llama of(
            ModelConfig json,
            String family,
            boolean projectionBias,
            boolean outputBias,
            boolean headNorms,
            List<Boolean> local,
            int window) {
        int width = json.count("hidden_size");
        int count = json.count("num_attention_heads");
        int headWidth = headNorms ? json.count("head_dim", 128) : Heads.widthOf(json, width, count);
        Heads heads = Heads.of(json, count, json.count("num_key_value_heads", count), headWidth);
        return new Llama(new Config(
                family,
                json.count("vocab_size"),
                width,
                json.count("num_hidden_layers"),
                heads,
                json.count("intermediate_size"),
                Activations.of(json, "hidden_act", Activation.SILU),
                json.number("rms_norm_eps", 1e-6),
                RotaryConfig.of(json, heads.width(), BASE),
                projectionBias,
                outputBias,
                json.flag("mlp_bias", false),
                headNorms,
                local,
                window));
    }

    @Override
    public TransformerShape shape() {
        return new TransformerShape(
                config.family,
                config.vocabulary,
                OptionalInt.empty(),
                config.width,
                config.layers,
                config.heads.count(),
                config.heads.keyValues(),
                config.heads.width(),
                config.feedForward,
                LayerTypes.text(
                        "every token sees itself and those before it",
                        config.local,
                        "the last %,d of them".formatted(config.window)));
    }

    @Override
    public List<String> prefixes() {
        return List.of("model.");
    }

    @Override
    public TensorList tensors() {
        TensorList all = new TensorList().table("embed_tokens", config.vocabulary, config.width);
        for (int i = 0; i < config.layers; i++) {
            all.gain(at(i) + "input_layernorm", config.width)
                    .linear(at(i) + "self_attn.q_proj", config.width, config.heads.queries(), config.projectionBias)
                    .linear(at(i) + "self_attn.k_proj", config.width, config.heads.keys(), config.projectionBias)
                    .linear(at(i) + "self_attn.v_proj", config.width, config.heads.keys(), config.projectionBias)
                    .linear(at(i) + "self_attn.o_proj", config.heads.queries(), config.width, config.outputBias)
                    .gain(at(i) + "post_attention_layernorm", config.width)
                    .linear(at(i) + "mlp.gate_proj", config.width, config.feedForward, config.feedForwardBias)
                    .linear(at(i) + "mlp.up_proj", config.width, config.feedForward, config.feedForwardBias)
                    .linear(at(i) + "mlp.down_proj", config.feedForward, config.width, config.feedForwardBias);
            if (config.headNorms) {
                all.gain(at(i) + "self_attn.q_norm", config.heads.width())
                        .gain(at(i) + "self_attn.k_norm", config.heads.width());
            }
        }
        return all.gain("norm", config.width);
    }

    @Override
    public TokenEmbedding embedding(ModelWeights weights) {
        return new WordEmbedding(weights.table("embed_tokens"), NormStep.none());
    }

    @Override
    public TransformerLayer layer(int i, ModelWeights weights) {
        PreNormLayer layer = new PreNormLayer(
                config.heads.attention().withMask(mask(i)),
                NormStep.of(weights.rmsNorm(at(i) + "input_layernorm", config.epsilon)),
                new HeadProjections(
                        weights.linear(at(i) + "self_attn.q_proj"),
                        weights.linear(at(i) + "self_attn.k_proj"),
                        weights.linear(at(i) + "self_attn.v_proj"),
                        headNorm(at(i) + "self_attn.q_norm", weights),
                        headNorm(at(i) + "self_attn.k_norm", weights)),
                weights.linear(at(i) + "self_attn.o_proj"),
                weights.rmsNorm(at(i) + "post_attention_layernorm", config.epsilon),
                new FeedForward(
                        Linear.gated(
                                weights.linear(at(i) + "mlp.gate_proj"),
                                weights.linear(at(i) + "mlp.up_proj"),
                                config.activation),
                        weights.linear(at(i) + "mlp.down_proj")));
        return new RotaryLayer(layer, config.rotary);
    }

    @Override
    public Mask mask(int layer) {
        boolean local = !config.local.isEmpty() && config.local.get(layer);
        return local ? Mask.window(config.window - 1, 0) : Mask.causal();
    }

    private NormStep headNorm(String name, ModelWeights weights) {
        return config.headNorms ? NormStep.of(weights.rmsNorm(name, config.epsilon)) : NormStep.none();
    }

    @Override
    public Optional<Norm> lastNorm(ModelWeights weights) {
        return Optional.of(weights.rmsNorm("norm", config.epsilon));
    }

    private static String at(int layer) {
        return "layers.%d.".formatted(layer);
    }
}
