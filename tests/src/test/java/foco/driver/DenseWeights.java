package foco.driver;

import foco.kernels.AttentionSpec;
import java.util.Arrays;

/**
 * All weights of a head in float64, as the formula has them, from the definition of what a mask and score modifiers do to a score.
 *
 * @param p {@code [queries, keys]}
 * @param shift where query 0 stands among the keys
 */
record DenseWeights(double[][] p, long shift) {

    /** @param spec whose mask and modifiers know where the queries stand */
    static DenseWeights of(
            AttentionSpec spec, int head, Tokens.Sequence tokens, float[] keys, int keyCount, long shift) {
        double[][] p = new double[tokens.queries()][keyCount];
        int d = spec.keyWidth();
        for (int i = 0; i < p.length; i++) {
            for (int j = 0; j < keyCount; j++) {
                double product = 0;
                for (int e = 0; e < d; e++) {
                    product += (double) tokens.q()[i * spec.queryRowWidth() + head * d + e]
                            * keys[j * spec.keyRowWidth() + spec.keyValueHead(head) * d + e];
                }
                p[i][j] = spec.score(head, i, j, product);
            }
            softmax(p[i], spec.sink(head));
        }
        return new DenseWeights(p, shift);
    }

    private static void softmax(double[] scores, double sink) {
        double max = Math.max(sink, Arrays.stream(scores).max().orElse(Double.NEGATIVE_INFINITY));
        double sum = max == Double.NEGATIVE_INFINITY ? 1 : Math.exp(sink - max);
        for (int j = 0; j < scores.length; j++) {
            scores[j] = max == Double.NEGATIVE_INFINITY ? 0 : Math.exp(scores[j] - max);
            sum += scores[j];
        }
        for (int j = 0; j < scores.length; j++) {
            scores[j] /= sum;
        }
    }

    int queries() {
        return p.length;
    }

    int keys() {
        return p[0].length;
    }

    /** Key less query. */
    long distance(int query, int key) {
        return key - query - shift;
    }

    /** What all queries give to a key. */
    double[] column(int key) {
        return Arrays.stream(p).mapToDouble(row -> row[key]).toArray();
    }

    double entropy(int query) {
        return Arrays.stream(p[query]).map(w -> w > 0 ? -w * Math.log(w) : 0).sum();
    }

    /** A query's mass at distances {@code from .. to}. */
    double within(int query, long from, long to) {
        double mass = 0;
        long end = Math.min(keys() - 1, query + shift + to);
        for (long j = Math.max(0, query + shift + from); j <= end; j++) {
            mass += p[query][(int) j];
        }
        return mass;
    }

    /** How many keys hold a part of a query's mass. */
    int needed(int query, double part) {
        double[] sorted = Arrays.stream(p[query]).sorted().toArray();
        double due = part * Arrays.stream(sorted).sum();
        int needed = 0;
        for (double sum = 0; needed < sorted.length && sum < due; needed++) {
            sum += sorted[sorted.length - 1 - needed];
        }
        return needed;
    }
}
