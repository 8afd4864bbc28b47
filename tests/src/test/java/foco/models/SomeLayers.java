package foco.models;

import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.driver.model.ModelWeights;
import foco.driver.model.PretrainedModel;
import foco.driver.model.TensorList;
import foco.driver.model.Transformer;
import foco.driver.model.TransformerShape;

/** A transformer of whose layers nobody may ask for one below {@code first}, or for {@code end} or one above. */
record SomeLayers(int first, int end, Transformer all) implements Transformer {

    /** A model with such a transformer in place of its own. */
    static PretrainedModel of(PretrainedModel model, int first, int end) {
        return new PretrainedModel(
                model.name(), new SomeLayers(first, end, model.transformer()), model.weights(), model.tokenizerJson());
    }

    @Override
    public TransformerShape shape() {
        return all.shape();
    }

    @Override
    public TensorList tensors() {
        return all.tensors();
    }

    @Override
    public TokenEmbedding embedding(ModelWeights weights) {
        return all.embedding(weights);
    }

    @Override
    public TransformerLayer layer(int index, ModelWeights weights) {
        assertTrue(index >= first && index < end, "nobody needs layer " + index);
        return all.layer(index, weights);
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
