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
 * ModernBERT (Warner et al., <i>Smarter, Better, Faster, Longer</i>, 2024): an encoder with norms before attention and a
 * gated feed-forward and after the last layer, queries and keys turned by their positions, and two of three layers that see a
 * window only, by a rotary base of their own. Its embedding ends with a norm, so that the first layer begins without one.
 */
record ModernBert(Config config) implements Transformer {

    /**
     * What {@code config.json} says.
     *
     * @param rotary how queries and keys turn in layers without a window, {@code localRotary} in those with one
     * @param normBias whether norms have biases; {@code attentionBias} and {@code feedForwardBias} likewise
     * @param local for each layer, whether it sees only a window
     * @param side the tokens that such a layer sees to either side
     */
    record Config(
            int vocabulary,
            int width,
            int layers,
            Heads heads,
            int feedForward,
            Activation activation,
            double epsilon,
            RotaryEmbedding rotary,
            RotaryEmbedding localRotary,
            boolean normBias,
            boolean attentionBias,
            boolean feedForwardBias,
            List<Boolean> local,
            int side) {}

    static ModernBert of(ModelConfig json) {
        int width = json.count("hidden_size");
        int layers = json.count("num_hidden_layers");
        int count = json.count("num_attention_heads");
        json.require(width % count == 0, "num_attention_heads", "a divisor of hidden_size, %d".formatted(width));
        Heads heads = Heads.of(json, count, count, width / count);
        int every = json.count("global_attn_every_n_layers", 3);
        return new ModernBert(new Config(
                json.count("vocab_size"),
                width,
                layers,
                heads,
                json.count("intermediate_size"),
                Activations.of(json, "hidden_activation", Activation.GELU),
                json.number("norm_eps", 1e-5),
                RotaryConfig.of(json, heads.width(), "full_attention", "global_rope_theta", 160_000, true),
                localRotary(json, heads.width()),
                json.flag("norm_bias", false),
                json.flag("attention_bias", false),
                json.flag("mlp_bias", false),
                LayerTypes.local(json, layers, layer -> layer % every != 0),
                json.count("local_attention", 128) / 2));
    }

    /** Where the file says that local layers have no base of their own, theirs is that of the others. */
    private static RotaryEmbedding localRotary(ModelConfig json, int width) {
        boolean none = json.says("local_rope_theta") && !json.has("local_rope_theta");
        return none
                ? RotaryConfig.of(json, width, "sliding_attention", "global_rope_theta", 160_000, true)
                : RotaryConfig.of(json, width, "sliding_attention", "local_rope_theta", 10_000, true);
    }

    @Override
    public TransformerShape shape() {
        return new TransformerShape(
                "ModernBERT",
                config.vocabulary,
                OptionalInt.empty(),
                config.width,
                config.layers,
                config.heads.count(),
                config.heads.keyValues(),
                config.heads.width(),
                config.feedForward,
                LayerTypes.text(
                        "every token sees every token", config.local, "%d to either side".formatted(config.side)));
    }

    @Override
    public List<String> prefixes() {
        return List.of("model.");
    }

    @Override
    public TensorList tensors() {
        TensorList all = new TensorList().table("embeddings.tok_embeddings", config.vocabulary, config.width);
        declareNorm(all, "embeddings.norm");
        for (int i = 0; i < config.layers; i++) {
            if (i > 0) {
                declareNorm(all, at(i) + "attn_norm");
            }
            all.linear(at(i) + "attn.Wqkv", config.width, 3L * config.width, config.attentionBias)
                    .linear(at(i) + "attn.Wo", config.width, config.width, config.attentionBias);
            declareNorm(all, at(i) + "mlp_norm");
            all.linear(at(i) + "mlp.Wi", config.width, 2L * config.feedForward, config.feedForwardBias)
                    .linear(at(i) + "mlp.Wo", config.feedForward, config.width, config.feedForwardBias);
        }
        declareNorm(all, "final_norm");
        return all;
    }

    private void declareNorm(TensorList all, String name) {
        if (config.normBias) {
            all.layerNorm(name, config.width);
        } else {
            all.gain(name, config.width);
        }
    }

    @Override
    public TokenEmbedding embedding(ModelWeights weights) {
        return new WordEmbedding(
                weights.table("embeddings.tok_embeddings"), NormStep.of(norm("embeddings.norm", weights)));
    }

    @Override
    public TransformerLayer layer(int i, ModelWeights weights) {
        List<Linear> projections = weights.linears(at(i) + "attn.Wqkv", 3);
        List<Linear> inner = weights.linears(at(i) + "mlp.Wi", 2);
        PreNormLayer layer = new PreNormLayer(
                config.heads.attention().withMask(mask(i)),
                i == 0 ? NormStep.none() : NormStep.of(norm(at(i) + "attn_norm", weights)),
                new HeadProjections(projections.get(0), projections.get(1), projections.get(2)),
                weights.linear(at(i) + "attn.Wo"),
                norm(at(i) + "mlp_norm", weights),
                new FeedForward(
                        Linear.gated(inner.get(0), inner.get(1), config.activation), weights.linear(at(i) + "mlp.Wo")));
        return new RotaryLayer(layer, config.local.get(i) ? config.localRotary : config.rotary);
    }

    @Override
    public Mask mask(int layer) {
        return config.local.get(layer) ? Mask.window(config.side, config.side) : Mask.full();
    }

    private Norm norm(String name, ModelWeights weights) {
        return weights.layerNorm(name, config.epsilon);
    }

    @Override
    public Optional<Norm> lastNorm(ModelWeights weights) {
        return Optional.of(norm("final_norm", weights));
    }

    private static String at(int layer) {
        return "layers.%d.".formatted(layer);
    }
}
