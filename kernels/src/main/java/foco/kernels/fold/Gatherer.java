package foco.kernels.fold;

/**
 * A {@link Fold} at work on some queries, block of keys after block of keys. It belongs to one thread.
 *
 * @param <R> its result
 */
public interface Gatherer<R extends FoldResult<R>> {

    /** What follows are weights of {@code keys} keys from {@code firstKey} on. */
    default void beginKeys(long firstKey, int keys) {}

    /** Takes in a tile, which is valid during the call alone. Pairs of which no tile tells have no weight. */
    void add(WeightTile tile);

    /** The tiles of those keys have all been added. */
    default void endKeys() {}

    /** What was found; afterwards this is of no more use. */
    R result();
}
