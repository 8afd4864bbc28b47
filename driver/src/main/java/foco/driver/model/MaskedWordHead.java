package foco.driver.model;

import foco.kernels.dense.Activation;

/**
 * The head of a masked language model (Devlin et al., 2019, section 3.1), by the names of its tensors. Of the last hidden state
 * {@code x} of a masked token it makes {@code y = norm(a(x W + b))}; the score of a word is {@code y . e + c}, where {@code e}
 * is the word's row in a table, and {@code c} its bias. Probabilities are the softmax of all scores.
 *
 * @param dense {@code W} and {@code b}, {@code [width, width]}
 * @param norm a layer norm
 * @param bias {@code c}, {@code [words]}
 * @param ownTable {@code e}, {@code [words, width]}, in files that have it
 * @param table the same where they do not: that of the model's embedding
 * @param activation {@code a}
 * @param epsilon of the norm
 */
public record MaskedWordHead(
        String dense, String norm, String bias, String ownTable, String table, Activation activation, double epsilon) {

    /** What a file has to hold beside the model's own tensors. */
    TensorList tensors(TransformerShape shape) {
        return new TensorList()
                .linear(dense, shape.width(), shape.width())
                .layerNorm(norm, shape.width())
                .tensor(bias, shape.vocabulary());
    }
}
