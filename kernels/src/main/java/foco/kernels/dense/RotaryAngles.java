package foco.kernels.dense;

import java.io.Serializable;
import java.util.Optional;

/** Where the cosines and sines of a rotary embedding come from. */
sealed interface RotaryAngles extends Serializable permits ComputedAngles, CachedAngles {

    /** The pairs of elements that turn. */
    int pairs();

    /**
     * The cosine and sine of every pair at a position.
     *
     * @throws IllegalArgumentException if there are none for it
     */
    void at(long position, double[] cos, double[] sin);

    /** What the text of an embedding says of them; empty if they have none. */
    Optional<String> text();

    /** The angles for a sequence of so many positions. */
    RotaryAngles forLength(long length);
}
