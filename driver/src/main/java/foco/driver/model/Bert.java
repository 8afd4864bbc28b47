package foco.driver.model;

import foco.driver.layer.FeedForward;
import foco.driver.layer.LearnedEmbedding;
import foco.driver.layer.PostNormLayer;
import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Activation;
import foco.kernels.dense.Embedding;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * BERT (Devlin et al., <i>BERT: Pre-training of Deep Bidirectional Transformers</i>, 2019): learned places, and layers of
 * attention and feed-forward, each followed by the residual and a norm. Sentence encoders such as MiniLM, BGE and E5 are
 * BERTs too. Every token is of type 0.
 *
 * <p>RoBERTa (Liu et al., 2019), and XLM-R, which is one of a hundred languages, are made alike; their tables of places begin
 * with rows that belong to no place.
 */
public record Bert(Config config) implements Transformer {

    /**
     * What {@code config.json} says.
     *
     * @param family as people call it
     * @param positionRows of the table of places
     * @param firstPosition the row of place 0
     */
    public record Config(
            String family,
            int vocabulary,
            int positionRows,
            int firstPosition,
            int types,
            int width,
            int layers,
            int heads,
            int feedForward,
            Activation activation,
            double epsilon) {}

    static Bert of(ModelConfig json) {
        return of(json, "BERT", 0);
    }

    /** RoBERTa numbers places from the row after that of the padding token. */
    static Bert roberta(ModelConfig json) {
        return of(json, "RoBERTa", json.count("pad_token_id", 1) + 1);
    }

    private static Bert of(ModelConfig json, String family, int firstPosition) {
        json.require(
                json.text("position_embedding_type", "absolute").equals("absolute"),
                "position_embedding_type",
                "\"absolute\"");
        json.require(!json.flag("is_decoder", false), "is_decoder", "false");
        int width = json.count("hidden_size");
        int heads = json.count("num_attention_heads");
        json.require(width % heads == 0, "num_attention_heads", "a divisor of hidden_size, %d".formatted(width));
        int rows = json.count("max_position_embeddings");
        json.require(rows > firstPosition, "max_position_embeddings", "more than %d".formatted(firstPosition));
        return new Bert(new Config(
                family,
                json.count("vocab_size"),
                rows,
                firstPosition,
                json.count("type_vocab_size", 2),
                width,
                json.count("num_hidden_layers"),
                heads,
                json.count("intermediate_size"),
                Activations.of(json, "hidden_act"),
                json.number("layer_norm_eps", 1e-12)));
    }

    @Override
    public TransformerShape shape() {
        return new TransformerShape(
                config.family,
                config.vocabulary,
                OptionalInt.of(config.positionRows - config.firstPosition),
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
        return List.of("bert.", "roberta.");
    }

    @Override
    public TensorList tensors() {
        TensorList all = new TensorList()
                .table("embeddings.word_embeddings", config.vocabulary, config.width)
                .wideTable("embeddings.position_embeddings", config.positionRows, config.width)
                .wideTable("embeddings.token_type_embeddings", config.types, config.width)
                .layerNorm("embeddings.LayerNorm", config.width);
        for (int i = 0; i < config.layers; i++) {
            all.linear(at(i) + "attention.self.query", config.width, config.width)
                    .linear(at(i) + "attention.self.key", config.width, config.width)
                    .linear(at(i) + "attention.self.value", config.width, config.width)
                    .linear(at(i) + "attention.output.dense", config.width, config.width)
                    .layerNorm(at(i) + "attention.output.LayerNorm", config.width)
                    .linear(at(i) + "intermediate.dense", config.width, config.feedForward)
                    .linear(at(i) + "output.dense", config.feedForward, config.width)
                    .layerNorm(at(i) + "output.LayerNorm", config.width);
        }
        return all;
    }

    @Override
    public TokenEmbedding embedding(ModelWeights weights) {
        Embedding positions = weights.tablePlusRow(
                "embeddings.position_embeddings",
                config.firstPosition,
                weights.tensor("embeddings.token_type_embeddings.weight"));
        return new LearnedEmbedding(
                weights.table("embeddings.word_embeddings"),
                positions,
                weights.layerNorm("embeddings.LayerNorm", config.epsilon));
    }

    @Override
    public TransformerLayer layer(int i, ModelWeights weights) {
        return new PostNormLayer(
                AttentionSpec.of(config.heads, config.width / config.heads),
                weights.linear(at(i) + "attention.self.query"),
                weights.linear(at(i) + "attention.self.key"),
                weights.linear(at(i) + "attention.self.value"),
                weights.linear(at(i) + "attention.output.dense"),
                weights.layerNorm(at(i) + "attention.output.LayerNorm", config.epsilon),
                new FeedForward(
                        weights.linear(at(i) + "intermediate.dense").activated(config.activation),
                        weights.linear(at(i) + "output.dense")),
                weights.layerNorm(at(i) + "output.LayerNorm", config.epsilon));
    }

    /** That of the masked language model, with which BERT (section 3.1) and RoBERTa were trained. */
    @Override
    public Optional<MaskedWordHead> maskedWordHead() {
        boolean roberta = config.firstPosition > 0;
        String head = roberta ? "lm_head" : "cls.predictions";
        return Optional.of(new MaskedWordHead(
                roberta ? "lm_head.dense" : "cls.predictions.transform.dense",
                roberta ? "lm_head.layer_norm" : "cls.predictions.transform.LayerNorm",
                head + ".bias",
                head + ".decoder.weight",
                "embeddings.word_embeddings.weight",
                roberta ? Activation.GELU : config.activation,
                config.epsilon));
    }

    private static String at(int layer) {
        return "encoder.layer.%d.".formatted(layer);
    }
}
