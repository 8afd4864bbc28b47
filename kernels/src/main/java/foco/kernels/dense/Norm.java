package foco.kernels.dense;

import java.io.Serializable;

/** A normalisation of rows: {@link LayerNorm} or {@link RmsNorm}. {@link DenseKernel} applies it. */
public sealed interface Norm extends Serializable permits LayerNorm, RmsNorm {

    /** The numbers in a row. */
    int width();
}
