package foco.driver.model;

import foco.driver.layer.FeedForward;
import foco.driver.layer.HeadProjections;
import foco.driver.layer.LearnedEmbedding;
import foco.driver.layer.NormStep;
import foco.driver.layer.PreNormLayer;
import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Activation;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;
import foco.kernels.mask.Mask;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * GPT-2 (Radford et al., <i>Language Models are Unsupervised Multitask Learners</i>, 2019): learned places, norms before
 * attention and before feed-forward and after the last layer, and every token sees those before it. One tensor holds the
 * weights of queries, keys and values.
 */
record Gpt2(Config config) implements Transformer {

    /**
     * What {@code config.json} says.
     *
     * @param scaled whether scores are divided by the root of a head's width
     * @param scaledByLayer whether the scores of layer {@code i}, counted from 0, are also divided by {@code i + 1}
     */
    record Config(
            int vocabulary,
            int positions,
            int width,
            int layers,
            int heads,
            int feedForward,
            Activation activation,
            boolean scaled,
            boolean scaledByLayer,
            double epsilon) {}

    static Gpt2 of(ModelConfig json) {
        json.require(!json.flag("add_cross_attention", false), "add_cross_attention", "false");
        int width = json.count("n_embd");
        int heads = json.count("n_head");
        json.require(width % heads == 0, "n_head", "a divisor of n_embd, %d".formatted(width));
        return new Gpt2(new Config(
                json.count("vocab_size"),
                json.has("n_positions") ? json.count("n_positions") : json.count("n_ctx"),
                width,
                json.count("n_layer"),
                heads,
                json.count("n_inner", 4 * width),
                Activations.of(json, "activation_function", Activation.GELU_TANH),
                json.flag("scale_attn_weights", true),
                json.flag("scale_attn_by_inverse_layer_idx", false),
                json.number("layer_norm_epsilon", 1e-5)));
    }

    @Override
    public TransformerShape shape() {
        return new TransformerShape(
                "GPT-2",
                config.vocabulary,
                OptionalInt.of(config.positions),
                config.width,
                config.layers,
                config.heads,
                config.heads,
                config.width / config.heads,
                config.feedForward,
                "every token sees itself and those before it");
    }

    @Override
    public List<String> prefixes() {
        return List.of("transformer.");
    }

    @Override
    public TensorList tensors() {
        TensorList all = new TensorList()
                .table("wte", config.vocabulary, config.width)
                .table("wpe", config.positions, config.width);
        for (int i = 0; i < config.layers; i++) {
            all.layerNorm(at(i) + "ln_1", config.width)
                    .conv1d(at(i) + "attn.c_attn", config.width, 3L * config.width)
                    .conv1d(at(i) + "attn.c_proj", config.width, config.width)
                    .layerNorm(at(i) + "ln_2", config.width)
                    .conv1d(at(i) + "mlp.c_fc", config.width, config.feedForward)
                    .conv1d(at(i) + "mlp.c_proj", config.feedForward, config.width);
        }
        return all.layerNorm("ln_f", config.width);
    }

    @Override
    public TokenEmbedding embedding(ModelWeights weights) {
        return new LearnedEmbedding(weights.table("wte"), weights.table("wpe"), NormStep.none());
    }

    @Override
    public TransformerLayer layer(int i, ModelWeights weights) {
        List<Linear> projections = weights.conv1d(at(i) + "attn.c_attn", 3);
        return new PreNormLayer(
                attention(i),
                NormStep.of(weights.layerNorm(at(i) + "ln_1", config.epsilon)),
                new HeadProjections(projections.get(0), projections.get(1), projections.get(2)),
                weights.conv1d(at(i) + "attn.c_proj", 1).get(0),
                weights.layerNorm(at(i) + "ln_2", config.epsilon),
                new FeedForward(
                        weights.conv1d(at(i) + "mlp.c_fc", 1).get(0).activated(config.activation),
                        weights.conv1d(at(i) + "mlp.c_proj", 1).get(0)));
    }

    private AttentionSpec attention(int layer) {
        AttentionSpec spec = AttentionSpec.of(config.heads, config.width / config.heads);
        double scale = config.scaled ? spec.scale() : 1;
        return spec.withScale(config.scaledByLayer ? scale / (layer + 1) : scale)
                .withMask(mask(layer));
    }

    @Override
    public Mask mask(int layer) {
        return Mask.causal();
    }

    @Override
    public Optional<Norm> lastNorm(ModelWeights weights) {
        return Optional.of(weights.layerNorm("ln_f", config.epsilon));
    }

    private static String at(int layer) {
        return "h.%d.".formatted(layer);
    }
}
