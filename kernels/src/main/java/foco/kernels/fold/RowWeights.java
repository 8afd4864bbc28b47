package foco.kernels.fold;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Whole rows of weights of some queries: {@code p} of every key that was seen, 0 elsewhere. */
public final class RowWeights implements FoldResult<RowWeights> {

    /** Of each query its weights by block of keys: each block's first key, and as many weights as it has keys. */
    private final TreeMap<Long, TreeMap<Long, float[]>> rows = new TreeMap<>();

    /** The weights of a query and a block of keys, to be written. */
    float[] block(long query, long firstKey, int keys) {
        return rows.computeIfAbsent(query, q -> new TreeMap<>()).computeIfAbsent(firstKey, k -> new float[keys]);
    }

    /** The queries of which there are weights. */
    public long[] queries() {
        return rows.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    /** The weight that a query gives a key. */
    public float get(long query, long key) {
        Map.Entry<Long, float[]> block =
                rows.getOrDefault(query, new TreeMap<>()).floorEntry(key);
        int at = block == null ? 0 : (int) Math.min(Integer.MAX_VALUE, key - block.getKey());
        return block == null || at >= block.getValue().length ? 0 : block.getValue()[at];
    }

    /**
     * The weights that a query gives.
     *
     * @return one for each of the keys 0 to {@code keys - 1}
     */
    public float[] row(long query, int keys) {
        float[] row = new float[keys];
        rows.getOrDefault(query, new TreeMap<>()).forEach((first, weights) -> {
            int count = (int) Math.max(0, Math.min(weights.length, keys - first));
            System.arraycopy(weights, 0, row, (int) (long) first, count);
        });
        return row;
    }

    /** How many keys a query needs for a part of its mass on keys, the heaviest first. */
    public long needed(long query, double part) {
        float[] all = concatenated(query);
        Arrays.sort(all);
        double total = 0;
        for (float weight : all) {
            total += weight;
        }
        double sum = 0;
        int needed = 0;
        while (needed < all.length && sum < part * total) {
            sum += all[all.length - 1 - needed++];
        }
        return needed;
    }

    private float[] concatenated(long query) {
        TreeMap<Long, float[]> blocks = rows.getOrDefault(query, new TreeMap<>());
        float[] all = new float
                [blocks.values().stream().mapToInt(block -> block.length).sum()];
        int at = 0;
        for (float[] block : blocks.values()) {
            System.arraycopy(block, 0, all, at, block.length);
            at += block.length;
        }
        return all;
    }

    /** The blocks of keys of both must be the same or apart. */
    @Override
    public void merge(RowWeights other) {
        other.rows.forEach((query, blocks) -> blocks.forEach((first, weights) -> {
            float[] mine = block(query, first, weights.length);
            for (int j = 0; j < weights.length; j++) {
                mine[j] += weights[j];
            }
        }));
    }
}
