package foco.analysis;

import foco.jobs.NpyArray;
import java.io.IOException;
import java.nio.file.Path;

/**
 * All weights of a layer in float64, from the queries and keys that a pass keeps.
 *
 * @param p {@code [heads][n][n]}
 */
record DenseWeights(double[][][] p) {

    /** @param name of the kept files, as far as the layer */
    static DenseWeights of(Path folder, String name, int heads) throws IOException {
        NpyArray q = NpyArray.read(folder.resolve(name + ".query.npy"));
        NpyArray k = NpyArray.read(folder.resolve(name + ".key.npy"));
        int n = q.shape()[0];
        int width = q.shape()[1] / heads;
        double[][][] p = new double[heads][n][n];
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    for (int e = 0; e < width; e++) {
                        p[h][i][j] += (double) q.values()[(i * heads + h) * width + e]
                                * k.values()[(j * heads + h) * width + e];
                    }
                }
                softmax(p[h][i], Math.sqrt(width));
            }
        }
        return new DenseWeights(p);
    }

    private static void softmax(double[] scores, double divisor) {
        double max = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            max = Math.max(max, score / divisor);
        }
        double sum = 0;
        for (int j = 0; j < scores.length; j++) {
            scores[j] = Math.exp(scores[j] / divisor - max);
            sum += scores[j];
        }
        for (int j = 0; j < scores.length; j++) {
            scores[j] /= sum;
        }
    }

    int count() {
        return p[0].length;
    }

    /** What a query gives to keys that are chosen. */
    double mass(int head, int query, java.util.function.IntPredicate chosen) {
        double mass = 0;
        for (int j = 0; j < count(); j++) {
            mass += chosen.test(j) ? p[head][query][j] : 0;
        }
        return mass;
    }

    double received(int head, int key) {
        double received = 0;
        for (int i = 0; i < count(); i++) {
            received += p[head][i][key];
        }
        return received;
    }

    double entropy(int head, int query) {
        double entropy = 0;
        for (double weight : p[head][query]) {
            entropy -= weight > 0 ? weight * Math.log(weight) : 0;
        }
        return entropy;
    }

    /** The mean over the heads. */
    double[][] mean() {
        int n = count();
        double[][] mean = new double[n][n];
        for (double[][] head : p) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    mean[i][j] += head[i][j] / p.length;
                }
            }
        }
        return mean;
    }
}
