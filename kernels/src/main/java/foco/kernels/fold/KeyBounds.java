package foco.kernels.fold;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What parts of a computation, each with queries of its own, have found so far of the heaviest weights of each key: the last
 * weight that one of them keeps. What is lighter is not among the heaviest, whichever part has it. So a part that begins later
 * offers fewer weights, and what all parts come to together is the same.
 *
 * <p>Threads may use it at the same time without waiting for each other: where one does not see what another has found, that
 * costs time alone.
 */
public final class KeyBounds {

    private final Map<Block, float[]> blocks = new ConcurrentHashMap<>();

    private record Block(int most, long firstKey, int count) {}

    /** The bytes for so many keys. */
    static long bytes(long keys) {
        return Float.BYTES * keys;
    }

    /** A bound for each key of a block, 0 at first: to be read, and to be raised. */
    float[] of(int most, long firstKey, int count) {
        return blocks.computeIfAbsent(new Block(most, firstKey, count), block -> new float[block.count]);
    }
}
