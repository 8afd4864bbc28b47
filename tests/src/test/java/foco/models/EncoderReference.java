package foco.models;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * An encoder in float64, written from its paper (Vaswani et al., 2017, figure 1; Devlin et al., 2019) and as slowly: it
 * shares nothing with what it judges but the tensors.
 */
final class EncoderReference {

    private final Function<String, float[]> weights;
    private final int width;
    private final int heads;
    private final double epsilon;

    EncoderReference(Function<String, float[]> weights, int width, int heads, double epsilon) {
        this.weights = weights;
        this.width = width;
        this.heads = heads;
        this.epsilon = epsilon;
    }

    /** Random tensors of these shapes, of a size that keeps a model's numbers near 1. */
    static Map<String, float[]> random(Map<String, List<Long>> shapes, long seed) {
        Random random = new Random(seed);
        Map<String, float[]> all = new TreeMap<>();
        shapes.forEach((name, shape) -> {
            float[] values = new float[(int) (long) shape.stream().reduce(1L, Math::multiplyExact)];
            boolean gain = shape.size() == 1 && name.matches(".*([nN]orm|LayerNorm)\\.weight");
            double size = shape.size() == 1 ? 0.3 : 1.5 / Math.sqrt(shape.get(1));
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() * size + (gain ? 1 : 0));
            }
            all.put(name, values);
        });
        return all;
    }

    /** The names of a layer's parts, and what is added to the scores of a head, a query and a key. */
    record LayerNames(
            String query,
            String key,
            String value,
            String output,
            String attentionNorm,
            String inner,
            String outer,
            String outputNorm) {}

    /** What is added to a scaled score. */
    interface Bias {
        double of(int head, int query, int key);
    }

    double[][] embed(int[] ids, int firstPosition, String words, String positions, String types, String norm) {
        float[] word = weights.apply(words + ".weight");
        float[] place = weights.apply(positions + ".weight");
        double[][] x = new double[ids.length][width];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < width; i++) {
                x[t][i] = (double) word[ids[t] * width + i] + place[(firstPosition + t) * width + i];
                x[t][i] += types.isEmpty() ? 0 : weights.apply(types + ".weight")[i];
            }
        }
        return normalize(x, norm);
    }

    double[][] layer(double[][] x, LayerNames names, Bias bias) {
        double[][] attended = linear(
                attend(linear(x, names.query), linear(x, names.key), linear(x, names.value), bias), names.output);
        double[][] y = normalize(sum(x, attended), names.attentionNorm);
        double[][] inner = linear(y, names.inner);
        for (double[] row : inner) {
            for (int i = 0; i < row.length; i++) {
                row[i] = gelu(row[i]);
            }
        }
        return normalize(sum(y, linear(inner, names.outer)), names.outputNorm);
    }

    private double[][] attend(double[][] q, double[][] k, double[][] v, Bias bias) {
        int d = width / heads;
        double[][] o = new double[q.length][width];
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < q.length; i++) {
                double[] w = new double[k.length];
                double sum = 0;
                for (int j = 0; j < k.length; j++) {
                    double score = 0;
                    for (int c = h * d; c < (h + 1) * d; c++) {
                        score += q[i][c] * k[j][c];
                    }
                    w[j] = Math.exp(score / Math.sqrt(d) + bias.of(h, i, j));
                    sum += w[j];
                }
                for (int j = 0; j < k.length; j++) {
                    for (int c = h * d; c < (h + 1) * d; c++) {
                        o[i][c] += w[j] / sum * v[j][c];
                    }
                }
            }
        }
        return o;
    }

    private double[][] linear(double[][] x, String name) {
        float[] w = weights.apply(name + ".weight");
        float[] b = weights.apply(name + ".bias");
        double[][] y = new double[x.length][b.length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < b.length; o++) {
                y[t][o] = b[o];
                for (int i = 0; i < x[t].length; i++) {
                    y[t][o] += x[t][i] * w[o * x[t].length + i];
                }
            }
        }
        return y;
    }

    private double[][] normalize(double[][] x, String name) {
        float[] gain = weights.apply(name + ".weight");
        float[] bias = weights.apply(name + ".bias");
        double[][] y = new double[x.length][width];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            for (double value : x[t]) {
                mean += value / width;
            }
            double variance = 0;
            for (double value : x[t]) {
                variance += (value - mean) * (value - mean) / width;
            }
            for (int i = 0; i < width; i++) {
                y[t][i] = (x[t][i] - mean) / Math.sqrt(variance + epsilon) * gain[i] + bias[i];
            }
        }
        return y;
    }

    private static double[][] sum(double[][] a, double[][] b) {
        double[][] sum = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                sum[t][i] = a[t][i] + b[t][i];
            }
        }
        return sum;
    }

    /** {@code x Phi(x)}, the normal distribution integrated by Simpson's rule. */
    static double gelu(double x) {
        int steps = 2000;
        double h = x / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double t = i * h;
            sum += Math.exp(-t * t / 2) * (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2);
        }
        return x * (0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI));
    }
}
