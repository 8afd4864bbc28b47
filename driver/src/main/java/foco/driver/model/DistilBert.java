package foco.driver.model;

import foco.driver.layer.FeedForward;
import foco.driver.layer.LearnedEmbedding;
import foco.driver.layer.PostNormLayer;
import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Activation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * DistilBERT (Sanh et al., <i>DistilBERT, a distilled version of BERT</i>, 2019): a BERT of half the layers, without types of
 * tokens.
 */
public record DistilBert(Config config) implements Transformer {

    /** All norms' epsilon, which the configuration does not tell. */
    private static final double EPSILON = 1e-12;

    /** What {@code config.json} says. */
    public record Config(
            int vocabulary, int positions, int width, int layers, int heads, int feedForward, Activation activation) {}

    static DistilBert of(ModelConfig json) {
        int width = json.count("dim");
        int heads = json.count("n_heads");
        json.require(width % heads == 0, "n_heads", "a divisor of dim, %d".formatted(width));
        return new DistilBert(new Config(
                json.count("vocab_size"),
                json.count("max_position_embeddings"),
                width,
                json.count("n_layers"),
                heads,
                json.count("hidden_dim"),
                Activations.of(json, "activation")));
    }

    @Override
    public TransformerShape shape() {
        return new TransformerShape(
                "DistilBERT",
                config.vocabulary,
                OptionalInt.of(config.positions),
                config.width,
                config.layers,
                config.heads,
                config.heads,
                config.width / config.heads,
                config.feedForward,
                "every token sees every token");
    }

    @Override
    public List<String> prefixes() {
        return List.of("distilbert.");
    }

    @Override
    public TensorList tensors() {
        TensorList all = new TensorList()
                .table("embeddings.word_embeddings", config.vocabulary, config.width)
                .table("embeddings.position_embeddings", config.positions, config.width)
                .layerNorm("embeddings.LayerNorm", config.width);
        for (int i = 0; i < config.layers; i++) {
            all.linear(at(i) + "attention.q_lin", config.width, config.width)
                    .linear(at(i) + "attention.k_lin", config.width, config.width)
                    .linear(at(i) + "attention.v_lin", config.width, config.width)
                    .linear(at(i) + "attention.out_lin", config.width, config.width)
                    .layerNorm(at(i) + "sa_layer_norm", config.width)
                    .linear(at(i) + "ffn.lin1", config.width, config.feedForward)
                    .linear(at(i) + "ffn.lin2", config.feedForward, config.width)
                    .layerNorm(at(i) + "output_layer_norm", config.width);
        }
        return all;
    }

    @Override
    public TokenEmbedding embedding(ModelWeights weights) {
        return new LearnedEmbedding(
                weights.table("embeddings.word_embeddings"),
                weights.table("embeddings.position_embeddings"),
                weights.layerNorm("embeddings.LayerNorm", EPSILON));
    }

    @Override
    public TransformerLayer layer(int i, ModelWeights weights) {
        return new PostNormLayer(
                AttentionSpec.of(config.heads, config.width / config.heads),
                weights.linear(at(i) + "attention.q_lin"),
                weights.linear(at(i) + "attention.k_lin"),
                weights.linear(at(i) + "attention.v_lin"),
                weights.linear(at(i) + "attention.out_lin"),
                weights.layerNorm(at(i) + "sa_layer_norm", EPSILON),
                new FeedForward(
                        weights.linear(at(i) + "ffn.lin1").activated(config.activation),
                        weights.linear(at(i) + "ffn.lin2")),
                weights.layerNorm(at(i) + "output_layer_norm", EPSILON));
    }

    /** That of the masked language model, which its authors keep from BERT (section 3). */
    @Override
    public Optional<MaskedWordHead> maskedWordHead() {
        return Optional.of(new MaskedWordHead(
                "vocab_transform",
                "vocab_layer_norm",
                "vocab_projector.bias",
                "vocab_projector.weight",
                "embeddings.word_embeddings.weight",
                config.activation,
                EPSILON));
    }

    private static String at(int layer) {
        return "transformer.layer.%d.".formatted(layer);
    }
}
