package foco.kernels.fold;

import foco.kernels.Attend;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.routine.FoldKernel;
import foco.kernels.score.ScoreModifier;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Weights of one head, whole in float64, and blockwise through a kernel that folds them.
 *
 * @param p {@code [queries, keys]}
 * @param scores the same before the softmax; -infinity where hidden
 * @param lse of each query
 */
record Weights(Attend attend, double[][] p, double[][] scores, double[] lse) {

    static Weights of(Attend attend) {
        AttentionSpec spec = attend.spec();
        int n = attend.queries();
        int m = attend.keys();
        int d = spec.keyWidth();
        double[][] p = new double[n][m];
        double[][] scores = new double[n][m];
        double[] lse = new double[n];
        for (int i = 0; i < n; i++) {
            double max = spec.sink(attend.head());
            for (int j = 0; j < m; j++) {
                double product = 0;
                for (int e = 0; e < d; e++) {
                    product += (double) attend.q()[i * d + e] * attend.k()[j * d + e];
                }
                scores[i][j] = spec.score(attend.head(), i, j, product);
                max = Math.max(max, scores[i][j]);
            }
            double sum = max == Double.NEGATIVE_INFINITY ? 0 : Math.exp(spec.sink(attend.head()) - max);
            for (int j = 0; j < m && max > Double.NEGATIVE_INFINITY; j++) {
                sum += Math.exp(scores[i][j] - max);
            }
            lse[i] = max + Math.log(sum);
            for (int j = 0; j < m && max > Double.NEGATIVE_INFINITY; j++) {
                p[i][j] = Math.exp(scores[i][j] - lse[i]);
            }
        }
        return new Weights(attend, p, scores, lse);
    }

    int queries() {
        return attend.queries();
    }

    int keys() {
        return attend.keys();
    }

    /** Specs of all kinds: masks, modifiers, sinks, heads, pasts; queries that see nothing, keys that nobody sees. */
    static List<Weights> all(long seed) {
        Random random = new Random(seed);
        List<Weights> all = new ArrayList<>();
        AttentionSpec plain = AttentionSpec.of(2, 20).withKeyValueHeads(1);
        int n = 90;
        int m = 333;
        int past = m - n;
        List<AttentionSpec> specs = List.of(
                plain,
                plain.withMask(Mask.causal(past)).withSinks(1.5f, -1),
                plain.withMask(Mask.window(40, 3).shifted(past)),
                plain.withMask(Mask.strided(37, past)).withScores(ScoreModifier.softCap(2)),
                plain.withMask(Mask.causal(past)
                        .and(Mask.causal(past + 5).not())
                        .or(Mask.window(2, 2).shifted(past))),
                plain.withMask((head, query, key) -> query % 7 != 3 && (query * 31 + key * 17) % 5 < 2)
                        .withScores(ScoreModifier.alibi(0, 0.3f, 0.1f)),
                plain.withMask((head, query, key) -> (key - query) % 13 == 0),
                plain.withScores(ScoreModifier.alibi(0, 0.02f, 0.05f), ScoreModifier.softCap(8))
                        .withScale(1.5),
                plain.withScores((score, head, query, key) -> score - 0.1 * Math.sqrt(Math.abs(query + past - key)))
                        .withMask(Mask.causal(past)));
        for (AttentionSpec spec : specs) {
            all.add(of(Attend.random(random, spec, 1, n, m, 1)));
        }
        all.add(of(Attend.random(random, plain.withMask(Mask.causal()), 1, 300, 300, 2)));
        all.add(of(Attend.random(random, plain, 0, 17, 1100, 4)));
        return all;
    }

    /** Where the queries stand: at the end of the keys. */
    long shift() {
        return keys() - queries();
    }

    <R extends FoldResult<R>> R fold(
            Function<AttentionSpec, FoldKernel> kernels, Fold<R> fold, int queryRows, int keyRows) {
        return fold(kernels, fold, queryRows, keyRows, keys());
    }

    /** Folds blocks of the given sizes, in parts of so many keys, which it merges. */
    <R extends FoldResult<R>> R fold(
            Function<AttentionSpec, FoldKernel> kernels, Fold<R> fold, int queryRows, int keyRows, int partKeys) {
        KeyBounds shared = new KeyBounds();
        return fold(kernels, fold, queryRows, keyRows, partKeys, () -> shared);
    }

    /** The same, each place with bounds of its own. */
    <R extends FoldResult<R>> R foldApart(
            Function<AttentionSpec, FoldKernel> kernels, Fold<R> fold, int queryRows, int keyRows) {
        return fold(kernels, fold, queryRows, keyRows, keys(), KeyBounds::new);
    }

    private <R extends FoldResult<R>> R fold(
            Function<AttentionSpec, FoldKernel> kernels,
            Fold<R> fold,
            int queryRows,
            int keyRows,
            int partKeys,
            Supplier<KeyBounds> bounds) {
        AttentionSpec spec = attend.spec();
        FoldKernel kernel = kernels.apply(spec);
        R all = null;
        for (int from = 0; from < keys(); from += partKeys) {
            int end = Math.min(keys(), from + partKeys);
            for (int i = 0; i < queries(); i += queryRows) {
                int rows = Math.min(queryRows, queries() - i);
                int d = spec.keyWidth();
                QueryBlock block = QueryBlock.pack(spec, attend.head(), i, rows, attend.q(), i * d, d);
                double[] known = Arrays.copyOfRange(lse, i, i + rows);
                Gatherer<R> gatherer = fold.begin(new Place(attend.head(), i, rows, shift(), bounds.get()));
                for (int j = from; j < end; j += keyRows) {
                    KeyValueBlock packed = attend.keyValueBlock(j, Math.min(keyRows, end - j));
                    kernel.fold(block, known, packed, List.of(gatherer));
                }
                if (all == null) {
                    all = gatherer.result();
                } else {
                    all.merge(gatherer.result());
                }
            }
        }
        return all;
    }
}
