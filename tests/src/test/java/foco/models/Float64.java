package foco.models;

import java.util.function.DoubleUnaryOperator;

/**
 * The parts of transformers in float64, each as its paper defines it, for judging others' arithmetic; {@code [tokens][width]}
 * all. Nothing is shared with what is judged.
 */
final class Float64 {

    private Float64() {}

    /** Rows of a table. */
    static double[][] look(float[] table, int width, int... ids) {
        double[][] x = new double[ids.length][width];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < width; i++) {
                x[t][i] = table[ids[t] * width + i];
            }
        }
        return x;
    }

    /** {@code x W^T + b}; {@code w} is {@code [outputs, inputs]} as PyTorch has it, {@code b} may be empty. */
    static double[][] linear(double[][] x, float[] w, float... b) {
        int inputs = x[0].length;
        double[][] y = new double[x.length][w.length / inputs];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < y[t].length; o++) {
                y[t][o] = b.length == 0 ? 0 : b[o];
                for (int i = 0; i < inputs; i++) {
                    y[t][o] += x[t][i] * w[o * inputs + i];
                }
            }
        }
        return y;
    }

    /** {@code (x - mean) / sqrt(variance + epsilon) * gain + bias}; {@code bias} may be empty. */
    static double[][] layerNorm(double[][] x, double epsilon, float[] gain, float... bias) {
        double[][] y = new double[x.length][gain.length];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            double variance = 0;
            for (double value : x[t]) {
                mean += value / gain.length;
            }
            for (double value : x[t]) {
                variance += (value - mean) * (value - mean) / gain.length;
            }
            for (int i = 0; i < gain.length; i++) {
                y[t][i] = (x[t][i] - mean) / Math.sqrt(variance + epsilon) * gain[i] + (bias.length == 0 ? 0 : bias[i]);
            }
        }
        return y;
    }

    /** {@code x / sqrt(mean of squares + epsilon) * (plus + gain)}, for each piece of a row that is as wide as the gain. */
    static double[][] rmsNorm(double[][] x, double epsilon, double plus, float... gain) {
        int width = gain.length;
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int from = 0; from < x[t].length; from += width) {
                double square = 0;
                for (int i = 0; i < width; i++) {
                    square += x[t][from + i] * x[t][from + i] / width;
                }
                for (int i = 0; i < width; i++) {
                    y[t][from + i] = x[t][from + i] / Math.sqrt(square + epsilon) * (plus + gain[i]);
                }
            }
        }
        return y;
    }

    /** Turns element {@code i} with {@code i + width / 2} of each head by {@code position * radians[i]}. */
    static double[][] rotate(double[][] x, double magnitude, double... radians) {
        int half = radians.length;
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int head = 0; head < x[t].length; head += 2 * half) {
                for (int i = 0; i < half; i++) {
                    double cos = magnitude * Math.cos(t * radians[i]);
                    double sin = magnitude * Math.sin(t * radians[i]);
                    y[t][head + i] = x[t][head + i] * cos - x[t][head + i + half] * sin;
                    y[t][head + i + half] = x[t][head + i + half] * cos + x[t][head + i] * sin;
                }
            }
        }
        return y;
    }

    /** {@code base^(-2 i / width)}. */
    static double[] radians(int width, double base) {
        double[] radians = new double[width / 2];
        for (int i = 0; i < radians.length; i++) {
            radians[i] = Math.pow(base, -2.0 * i / width);
        }
        return radians;
    }

    /** Whether a query sees a key. */
    interface Sees {
        boolean key(int query, int key);
    }

    /**
     * Attention of heads of {@code width}; as many queries in a group share keys and values as there are more of them.
     *
     * @param score what becomes of a dot product
     */
    static double[][] attend(
            double[][] q, double[][] k, double[][] v, int width, DoubleUnaryOperator score, Sees sees) {
        int heads = q[0].length / width;
        int group = heads / (k[0].length / width);
        double[][] o = new double[q.length][q[0].length];
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < q.length; i++) {
                double sum = 0;
                for (int j = 0; j < k.length; j++) {
                    if (!sees.key(i, j)) {
                        continue;
                    }
                    double product = 0;
                    for (int c = 0; c < width; c++) {
                        product += q[i][h * width + c] * k[j][h / group * width + c];
                    }
                    double weight = Math.exp(score.applyAsDouble(product));
                    sum += weight;
                    for (int c = 0; c < width; c++) {
                        o[i][h * width + c] += weight * v[j][h / group * width + c];
                    }
                }
                for (int c = 0; c < width; c++) {
                    o[i][h * width + c] /= sum;
                }
            }
        }
        return o;
    }

    static double[][] plus(double[][] a, double[][] b) {
        double[][] sum = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                sum[t][i] = a[t][i] + b[t][i];
            }
        }
        return sum;
    }

    static double[][] times(double[][] a, double[][] b) {
        double[][] product = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                product[t][i] = a[t][i] * b[t][i];
            }
        }
        return product;
    }

    static double[][] map(double[][] x, DoubleUnaryOperator function) {
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < x[t].length; i++) {
                y[t][i] = function.applyAsDouble(x[t][i]);
            }
        }
        return y;
    }

    /** Columns {@code from} to {@code from + count}. */
    static double[][] columns(double[][] x, int from, int count) {
        double[][] y = new double[x.length][count];
        for (int t = 0; t < x.length; t++) {
            System.arraycopy(x[t], from, y[t], 0, count);
        }
        return y;
    }

    static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    /** {@code x Phi(x)}, the normal distribution integrated by Simpson's rule. */
    static double gelu(double x) {
        int steps = 400;
        double h = x / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double t = i * h;
            sum += Math.exp(-t * t / 2) * (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2);
        }
        return x * (0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI));
    }

    static double geluTanh(double x) {
        return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }
}
