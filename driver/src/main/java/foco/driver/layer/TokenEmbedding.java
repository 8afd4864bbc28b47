package foco.driver.layer;

import java.io.Serializable;

/** What a model makes of tokens before its first layer. */
public interface TokenEmbedding extends Serializable {

    /** The elements of a token's vector. */
    int width();

    /**
     * Embeds tokens, each by itself.
     *
     * @param kernel for its norm, if it has one
     * @param ids each token's row in the vocabulary
     * @param places each token's place, from 0; between two whole numbers where places are interpolated. A model whose
     *     attention alone knows places does not look at them
     * @return {@code [ids.length, width]} row-major
     * @throws IllegalArgumentException if an id or a place is outside its table
     */
    float[] embed(RowKernel kernel, int[] ids, float[] places);
}
