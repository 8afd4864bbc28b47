package foco.driver.model;

import foco.driver.layer.FeedForward;
import foco.driver.layer.HeadProjections;
import foco.driver.layer.NormStep;
import foco.driver.layer.PreNormLayer;
import foco.driver.layer.RotaryLayer;
import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.driver.layer.WordEmbedding;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Activation;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Gemma 2 (Gemma Team, <i>Gemma 2: Improving Open Language Models at a Practical Size</i>, 2024): RMS norms before and after
 * attention and a gated feed-forward, words multiplied by the root of their width, soft-capped scores, and layers by turns
 * with a window and without.
 *
 * <p>Gemma 3 (<i>Gemma 3 Technical Report</i>, 2025): norms of the heads of queries and keys in place of the soft cap, five
 * layers with a window to one without, and another rotary base in these. EmbeddingGemma is one whose tokens see to both
 * sides.
 */
record Gemma(Config config) implements Transformer {

    private static final String LOCAL = "sliding_attention";
    private static final String GLOBAL = "full_attention";
    private static final String CAP = "attn_logit_softcapping";

    /**
     * What {@code config.json} says.
     *
     * @param family as people call it
     * @param queryScalar by whose root scores are divided
     * @param cap of scores, if there is one
     * @param rotary how queries and keys turn in layers without a window, {@code localRotary} in those with one
     * @param bias whether queries, keys, values and the output have biases
     * @param headNorms whether heads of queries and keys are normalised
     * @param local for each layer, whether it sees only a window
     * @param window that a layer sees
     * @param everywhere without a window: those before, or all
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
            double queryScalar,
            OptionalDouble cap,
            RotaryEmbedding rotary,
            RotaryEmbedding localRotary,
            boolean bias,
            boolean headNorms,
            List<Boolean> local,
            Mask window,
            Mask everywhere) {}

    static Gemma gemma2(ModelConfig json) {
        json.require(!json.flag("use_bidirectional_attention", false), "use_bidirectional_attention", "false");
        Heads heads = heads(json);
        RotaryEmbedding rotary = RotaryConfig.of(json, heads.width(), 10_000);
        // The file says null where there is none, and nothing where it is that of the paper.
        OptionalDouble cap =
                json.says(CAP) && !json.has(CAP) ? OptionalDouble.empty() : OptionalDouble.of(json.number(CAP, 50));
        List<Boolean> local = LayerTypes.local(json, layers(json), layer -> layer % 2 == 0);
        return of(json, "Gemma 2", 256_000, heads, cap, rotary, rotary, false, local, causal(json), Mask.causal());
    }

    static Gemma gemma3(ModelConfig json) {
        json.require(!json.has(CAP), CAP, "null in a Gemma 3");
        Heads heads = heads(json);
        int pattern = json.count("sliding_window_pattern", json.count("_sliding_window_pattern", 6));
        List<Boolean> local = LayerTypes.local(json, layers(json), layer -> (layer + 1) % pattern != 0);
        boolean bothSides = json.flag("use_bidirectional_attention", false);
        int side = window(json) / 2;
        return of(
                json,
                "Gemma 3",
                262_208,
                heads,
                OptionalDouble.empty(),
                RotaryConfig.of(json, heads.width(), GLOBAL, "rope_theta", 1_000_000, true),
                RotaryConfig.of(json, heads.width(), LOCAL, "rope_local_base_freq", 10_000, false),
                true,
                local,
                bothSides ? Mask.window(side, side) : causal(json),
                bothSides ? Mask.full() : Mask.causal());
    }

    /** The layers for text of a Gemma that also takes images. */
    static Gemma gemma3WithImages(ModelConfig json) {
        json.require(json.has("text_config"), "text_config", "an object that tells of the layers for text");
        return gemma3(json.object("text_config").orElseThrow());
    }

    private static int layers(ModelConfig json) {
        return json.count("num_hidden_layers", 26);
    }

    private static Heads heads(ModelConfig json) {
        return Heads.of(
                json,
                json.count("num_attention_heads", 8),
                json.count("num_key_value_heads", 4),
                json.count("head_dim", 256));
    }

    private static int window(ModelConfig json) {
        return json.count("sliding_window", 4096);
    }

    private static Mask causal(ModelConfig json) {
        return Mask.window(window(json) - 1, 0);
    }

    private static Gemma of(
            ModelConfig json,
            String family,
            int vocabulary,
            Heads heads,
            OptionalDouble cap,
            RotaryEmbedding rotary,
            RotaryEmbedding localRotary,
            boolean headNorms,
            List<Boolean> local,
            Mask window,
            Mask everywhere) {
        return new Gemma(new Config(
                family,
                json.count("vocab_size", vocabulary),
                json.count("hidden_size", 2304),
                layers(json),
                heads,
                json.count("intermediate_size", 9216),
                Activations.of(json, "hidden_activation", Activation.GELU_TANH),
                json.number("rms_norm_eps", 1e-6),
                json.number("query_pre_attn_scalar", 256),
                cap,
                rotary,
                localRotary,
                json.flag("attention_bias", false),
                headNorms,
                local,
                window,
                everywhere));
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
                        config.everywhere.equals(Mask.full())
                                ? "every token sees every token"
                                : "every token sees itself and those before it",
                        config.local,
                        "a " + config.window));
    }

    /** Without images; then those of two ways to write one with images. */
    @Override
    public List<String> prefixes() {
        return List.of("model.", "language_model.model.", "model.language_model.");
    }

    @Override
    public TensorList tensors() {
        TensorList all = new TensorList().wideTable("embed_tokens", config.vocabulary, config.width);
        for (int i = 0; i < config.layers; i++) {
            all.gain(at(i) + "input_layernorm", config.width)
                    .linear(at(i) + "self_attn.q_proj", config.width, config.heads.queries(), config.bias)
                    .linear(at(i) + "self_attn.k_proj", config.width, config.heads.keys(), config.bias)
                    .linear(at(i) + "self_attn.v_proj", config.width, config.heads.keys(), config.bias)
                    .linear(at(i) + "self_attn.o_proj", config.heads.queries(), config.width, config.bias)
                    .gain(at(i) + "post_attention_layernorm", config.width)
                    .gain(at(i) + "pre_feedforward_layernorm", config.width)
                    .matrix(at(i) + "mlp.gate_proj", config.width, config.feedForward)
                    .matrix(at(i) + "mlp.up_proj", config.width, config.feedForward)
                    .matrix(at(i) + "mlp.down_proj", config.feedForward, config.width)
                    .gain(at(i) + "post_feedforward_layernorm", config.width);
            if (config.headNorms) {
                all.gain(at(i) + "self_attn.q_norm", config.heads.width())
                        .gain(at(i) + "self_attn.k_norm", config.heads.width());
            }
        }
        return all.gain("norm", config.width);
    }

    @Override
    public TokenEmbedding embedding(ModelWeights weights) {
        return new WordEmbedding(weights.scaledTable("embed_tokens", (float) Math.sqrt(config.width)), NormStep.none());
    }

    @Override
    public TransformerLayer layer(int i, ModelWeights weights) {
        PreNormLayer layer = new PreNormLayer(
                attention(i),
                NormStep.of(norm(at(i) + "input_layernorm", weights)),
                new HeadProjections(
                        weights.linear(at(i) + "self_attn.q_proj"),
                        weights.linear(at(i) + "self_attn.k_proj"),
                        weights.linear(at(i) + "self_attn.v_proj"),
                        headNorm(at(i) + "self_attn.q_norm", weights),
                        headNorm(at(i) + "self_attn.k_norm", weights)),
                weights.linear(at(i) + "self_attn.o_proj"),
                NormStep.of(norm(at(i) + "post_attention_layernorm", weights)),
                norm(at(i) + "pre_feedforward_layernorm", weights),
                new FeedForward(
                        Linear.gated(
                                weights.linear(at(i) + "mlp.gate_proj"),
                                weights.linear(at(i) + "mlp.up_proj"),
                                config.activation),
                        weights.linear(at(i) + "mlp.down_proj")),
                NormStep.of(norm(at(i) + "post_feedforward_layernorm", weights)));
        return new RotaryLayer(layer, config.local.get(i) ? config.localRotary : config.rotary);
    }

    private AttentionSpec attention(int layer) {
        AttentionSpec spec = config.heads
                .attention()
                .withScale(1 / Math.sqrt(config.queryScalar))
                .withMask(mask(layer));
        return config.cap.isPresent() ? spec.withScores(ScoreModifier.softCap(config.cap.getAsDouble())) : spec;
    }

    @Override
    public Mask mask(int layer) {
        return config.local.get(layer) ? config.window : config.everywhere;
    }

    private NormStep headNorm(String name, ModelWeights weights) {
        return config.headNorms ? NormStep.of(norm(name, weights)) : NormStep.none();
    }

    private Norm norm(String name, ModelWeights weights) {
        return weights.rmsNormPlusOne(name, config.epsilon);
    }

    @Override
    public Optional<Norm> lastNorm(ModelWeights weights) {
        return Optional.of(norm("norm", weights));
    }

    private static String at(int layer) {
        return "layers.%d.".formatted(layer);
    }
}
