package foco.jobs.bench;

import foco.kernels.mask.Mask;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/** The masks that are timed. Queries are the last of the keys' positions. */
public enum Masking {
    DENSE((queries, keys) -> Mask.full()),
    CAUSAL((queries, keys) -> Mask.causal(keys - queries)),
    /** The 1024 keys up to the query's own. */
    WINDOW((queries, keys) -> Mask.window(1023, 0, keys - queries)),
    /** 64 packed texts of unlike lengths. */
    DOCUMENTS((queries, keys) -> Mask.documents(lengths(keys), keys - queries)),
    /** Longformer's: 256 to either side, and 64 global tokens. */
    GLOBAL((queries, keys) ->
            Mask.window(256, 256, keys - queries).or(Mask.global(Math.min(64, keys), keys - queries))),
    /** A tenth of all blocks of 128 x 128. */
    BLOCKS(Masking::blocks),
    /** The Sparse Transformer's, with a stride of 128. */
    STRIDED((queries, keys) -> Mask.strided(128, keys - queries)),
    /** The Sparse Transformer's other one: chunks of 128, of each of which 8 keys are seen from further on. */
    FIXED((queries, keys) -> Mask.fixed(128, 8, keys - queries)),
    /** BigBird's published one: blocks of 64, 2 of them global, 3 of window, 3 at random. */
    BIGBIRD((queries, keys) -> Mask.bigBird(64, 2, 1, 3, 0)),
    /** A window of 1024 by a function of the positions, which has to be asked pair by pair. */
    FUNCTION((queries, keys) -> {
        long offset = keys - queries;
        return (head, query, key) -> key <= query + offset && query + offset - key < 1024;
    });

    private static final int DOCUMENTS_COUNT = 64;
    private static final int BLOCK = 128;

    private final BiFunction<Long, Long, Mask> mask;

    Masking(BiFunction<Long, Long, Mask> mask) {
        this.mask = mask;
    }

    Mask mask(long queries, long keys) {
        return mask.apply(queries, keys).forSequence("", queries, keys);
    }

    private static long[] lengths(long keys) {
        int count = (int) Math.min(DOCUMENTS_COUNT, keys);
        long[] cuts = new SplittableRandom(0)
                .longs(1, Math.max(2, keys))
                .distinct()
                .limit(count - 1)
                .sorted()
                .toArray();
        long[] lengths = new long[count];
        for (int d = 0; d < count; d++) {
            lengths[d] = (d < count - 1 ? cuts[d] : keys) - (d > 0 ? cuts[d - 1] : 0);
        }
        return lengths;
    }

    private static Mask blocks(long queries, long keys) {
        SplittableRandom random = new SplittableRandom(0);
        boolean[][] map = new boolean[Math.toIntExact((queries + BLOCK - 1) / BLOCK)]
                [Math.toIntExact((keys + BLOCK - 1) / BLOCK)];
        for (int i = 0; i < map.length; i++) {
            for (int j = 0; j < map[i].length; j++) {
                map[i][j] = i == j || random.nextInt(10) == 0;
            }
        }
        return Mask.blocks(BLOCK, map);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
