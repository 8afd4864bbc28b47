package foco.models;

import foco.driver.MultiHeadAttention;
import foco.driver.layer.PostNormLayer;
import foco.driver.layer.TokenEmbedding;
import foco.driver.model.PretrainedModel;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/**
 * The embeddings and the first attention of all-MiniLM-L6-v2, as a program puts them together from the library.
 *
 * @param attention W_Q, W_K, W_V, attention and W_O; not the residual and the layer norm that follow
 */
record MiniLmFirstLayer(PretrainedModel model, TokenEmbedding embedding, MultiHeadAttention attention) {

    static MiniLmFirstLayer load() throws IOException {
        PretrainedModel model = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
        // A BERT's layers are of this kind.
        PostNormLayer first = (PostNormLayer) model.transformer().layer(0, model.weights());
        return new MiniLmFirstLayer(
                model,
                model.transformer().embedding(model.weights()),
                MultiHeadAttention.of(first.attention(), first.query(), first.key(), first.value(), first.output()));
    }
}
