package foco.driver.model;

import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.kernels.dense.Norm;
import foco.kernels.mask.Mask;
import java.util.List;
import java.util.Optional;

/**
 * A transformer of some family, as its configuration describes it: what tensors it has, and what layers they make. It holds
 * no weights; each part reads its own when it is made.
 */
public interface Transformer {

    /** Its widths and counts. */
    TransformerShape shape();

    /** All tensors that it computes with. */
    TensorList tensors();

    /** What may stand before the names of {@link #tensors} in files, such as {@code bert.}. */
    default List<String> prefixes() {
        return List.of();
    }

    /** What it makes of tokens before its first layer. */
    TokenEmbedding embedding(ModelWeights weights);

    /** @param index from 0 to one less than the shape's layers */
    TransformerLayer layer(int index, ModelWeights weights);

    /** Which keys a query sees in a layer; all, unless the family says otherwise. */
    default Mask mask(int layer) {
        return Mask.full();
    }

    /** The head that finds the words of masked tokens, where the family was trained with one that Foco knows. */
    default Optional<MaskedWordHead> maskedWordHead() {
        return Optional.empty();
    }

    /** What is done to the last layer's hidden states, if anything is. */
    default Optional<Norm> lastNorm(ModelWeights weights) {
        return Optional.empty();
    }
}
