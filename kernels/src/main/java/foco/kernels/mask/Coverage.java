package foco.kernels.mask;

/** How much of a tile a {@link Mask} lets through. */
public enum Coverage {
    /** No query of the tile sees any key of it: the tile is never computed. */
    NONE,
    /** Some pairs are masked: the tile is computed, and scores are hidden one by one. */
    PARTIAL,
    /** Every query sees every key: the tile pays nothing for the mask. */
    ALL
}
