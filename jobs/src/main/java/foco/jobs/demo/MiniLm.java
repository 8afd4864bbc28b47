package foco.jobs.demo;

import foco.driver.MultiHeadAttention;
import foco.driver.block.InvalidInputException;
import foco.driver.layer.PostNormLayer;
import foco.driver.layer.RowKernel;
import foco.driver.layer.TokenEmbedding;
import foco.driver.model.PretrainedModel;
import foco.driver.model.TransformerShape;
import foco.driver.text.Token;
import foco.driver.text.TokenizedText;
import foco.driver.text.Tokenizer;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * The embeddings and the first attention of all-MiniLM-L6-v2: 30,522 word pieces, 512 positions, width 384, 12 heads of
 * width 32.
 *
 * @param embedding from token ids and places to vectors
 * @param attention W_Q, W_K, W_V, attention and W_O of the first layer; not the residual and the layer norm that follow
 */
public record MiniLm(PretrainedModel model, TokenEmbedding embedding, MultiHeadAttention attention) {

    /**
     * Reads the weights.
     *
     * @throws InvalidInputException if the model is not on the class path or lacks a weight
     * @throws IOException if it cannot be read
     */
    public static MiniLm load() throws IOException {
        PretrainedModel model = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
        // A BERT's layers are of this kind.
        PostNormLayer first = (PostNormLayer) model.transformer().layer(0, model.weights());
        return new MiniLm(
                model,
                model.transformer().embedding(model.weights()),
                MultiHeadAttention.of(first.attention(), first.query(), first.key(), first.value(), first.output()));
    }

    /** Its counts and widths. */
    public TransformerShape shape() {
        return model.transformer().shape();
    }

    /** How many places it has learned. */
    public int positions() {
        return shape().positions().orElseThrow();
    }

    /** A text cut into paragraphs that the model has places for. */
    public TokenizedText tokenize(String text) {
        try (Tokenizer tokenizer = model.tokenizer()) {
            return tokenizer.paragraphs(text, positions());
        }
    }

    /** The vectors of tokens, {@code [tokens, width]}. */
    static float[] embed(TokenEmbedding embedding, List<Token> tokens) {
        float[] places = new float[tokens.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = tokens.get(i).place();
        }
        return embedding.embed(
                new RowKernel(), tokens.stream().mapToInt(Token::id).toArray(), places);
    }
}
