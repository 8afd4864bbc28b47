package foco.driver.model;

import foco.driver.layer.FeedForward;
import foco.driver.layer.LearnedEmbedding;
import foco.driver.layer.PostNormLayer;
import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Activation;
import foco.kernels.score.ScoreModifier;
import java.util.List;
import java.util.OptionalInt;

/**
 * MPNet (Song et al., <i>MPNet: Masked and Permuted Pre-training for Language Understanding</i>, 2020): a BERT without types of
 * tokens, whose scores are biased by the distance of query and key as T5's are, by one table for all layers. Its table of
 * places begins with rows that belong to no place.
 */
public record MpNet(Config config) implements Transformer {

    private static final String BIAS = "encoder.relative_attention_bias";
    /** From where on all distances share a bucket. */
    private static final int FARTHEST = 128;
    /** The row of place 0: the one after that of the padding token, which is word 1. */
    private static final int FIRST_POSITION = 2;

    /**
     * What {@code config.json} says.
     *
     * @param positionRows of the table of places
     * @param buckets of distances
     */
    public record Config(
            int vocabulary,
            int positionRows,
            int width,
            int layers,
            int heads,
            int feedForward,
            Activation activation,
            int buckets,
            double epsilon) {}

    static MpNet of(ModelConfig json) {
        int width = json.count("hidden_size");
        int heads = json.count("num_attention_heads");
        json.require(width % heads == 0, "num_attention_heads", "a divisor of hidden_size, %d".formatted(width));
        int rows = json.count("max_position_embeddings");
        json.require(rows > FIRST_POSITION, "max_position_embeddings", "more than %d".formatted(FIRST_POSITION));
        return new MpNet(new Config(
                json.count("vocab_size"),
                rows,
                width,
                json.count("num_hidden_layers"),
                heads,
                json.count("intermediate_size"),
                Activations.of(json, "hidden_act"),
                json.count("relative_attention_num_buckets", 32),
                json.number("layer_norm_eps", 1e-12)));
    }

    @Override
    public TransformerShape shape() {
        return new TransformerShape(
                "MPNet",
                config.vocabulary,
                OptionalInt.of(config.positionRows - FIRST_POSITION),
                config.width,
                config.layers,
                config.heads,
                config.heads,
                config.width / config.heads,
                config.feedForward,
                "every token sees every token; scores biased by distance");
    }

    @Override
    public List<String> prefixes() {
        return List.of("mpnet.");
    }

    @Override
    public TensorList tensors() {
        TensorList all = new TensorList()
                .table("embeddings.word_embeddings", config.vocabulary, config.width)
                .wideTable("embeddings.position_embeddings", config.positionRows, config.width)
                .layerNorm("embeddings.LayerNorm", config.width)
                .wideTable(BIAS, config.buckets, config.heads);
        for (int i = 0; i < config.layers; i++) {
            all.linear(at(i) + "attention.attn.q", config.width, config.width)
                    .linear(at(i) + "attention.attn.k", config.width, config.width)
                    .linear(at(i) + "attention.attn.v", config.width, config.width)
                    .linear(at(i) + "attention.attn.o", config.width, config.width)
                    .layerNorm(at(i) + "attention.LayerNorm", config.width)
                    .linear(at(i) + "intermediate.dense", config.width, config.feedForward)
                    .linear(at(i) + "output.dense", config.feedForward, config.width)
                    .layerNorm(at(i) + "output.LayerNorm", config.width);
        }
        return all;
    }

    @Override
    public TokenEmbedding embedding(ModelWeights weights) {
        return new LearnedEmbedding(
                weights.table("embeddings.word_embeddings"),
                weights.tablePlusRow("embeddings.position_embeddings", FIRST_POSITION),
                weights.layerNorm("embeddings.LayerNorm", config.epsilon));
    }

    @Override
    public TransformerLayer layer(int i, ModelWeights weights) {
        AttentionSpec attention = AttentionSpec.of(config.heads, config.width / config.heads)
                .withScores(ScoreModifier.relativeBias(weights.rows(BIAS), true, FARTHEST, 0));
        return new PostNormLayer(
                attention,
                weights.linear(at(i) + "attention.attn.q"),
                weights.linear(at(i) + "attention.attn.k"),
                weights.linear(at(i) + "attention.attn.v"),
                weights.linear(at(i) + "attention.attn.o"),
                weights.layerNorm(at(i) + "attention.LayerNorm", config.epsilon),
                new FeedForward(
                        weights.linear(at(i) + "intermediate.dense").activated(config.activation),
                        weights.linear(at(i) + "output.dense")),
                weights.layerNorm(at(i) + "output.LayerNorm", config.epsilon));
    }

    private static String at(int layer) {
        return "encoder.layer.%d.".formatted(layer);
    }
}
