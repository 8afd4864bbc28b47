package foco.demo;

import foco.driver.file.OnnxWeights;
import foco.driver.file.OnnxWeights.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The first attention of MiniLM in float64, step by step as the model's graph has it and as slowly. It shares nothing
 * with what it judges but the reading of the weights, which ONNX Runtime judges in {@link FirstLayerPeerTest}.
 */
final class FirstLayerReference {
    static final int WIDTH = 384;
    static final int HEADS = 12;
    static final int HEAD_WIDTH = WIDTH / HEADS;

    private final OnnxWeights weights;
    private final int tokens;
    private final double[] embeddings;
    private final double[] keys;
    private final double[] values;

    /** @param places each token's index among the position embeddings */
    FirstLayerReference(int[] ids, int[] places) throws IOException {
        try (InputStream in = OnnxWeights.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            weights = OnnxWeights.read(in, "all-minilm-l6-v2.onnx");
        }
        tokens = ids.length;
        embeddings = embed(ids, places);
        keys = linear(embeddings, "self.key");
        values = linear(embeddings, "self.value");
    }

    private double[] embed(int[] ids, int[] places) {
        float[] words = weights.tensor("embeddings.word_embeddings.weight").values();
        float[] positions =
                weights.tensor("embeddings.position_embeddings.weight").values();
        float[] types =
                weights.tensor("embeddings.token_type_embeddings.weight").values();
        float[] gain = weights.tensor("embeddings.LayerNorm.weight").values();
        float[] bias = weights.tensor("embeddings.LayerNorm.bias").values();
        double[] x = new double[ids.length * WIDTH];
        for (int token = 0; token < ids.length; token++) {
            double[] sum = new double[WIDTH];
            for (int i = 0; i < WIDTH; i++) {
                sum[i] = (double) words[ids[token] * WIDTH + i] + types[i] + positions[places[token] * WIDTH + i];
            }
            double mean =
                    IntStream.range(0, WIDTH).mapToDouble(i -> sum[i]).average().orElseThrow();
            double variance = IntStream.range(0, WIDTH)
                    .mapToDouble(i -> (sum[i] - mean) * (sum[i] - mean))
                    .average()
                    .orElseThrow();
            for (int i = 0; i < WIDTH; i++) {
                x[token * WIDTH + i] = (sum[i] - mean) / Math.sqrt(variance + 1e-12) * gain[i] + bias[i];
            }
        }
        return x;
    }

    /** {@code x W + b} for rows of {@code WIDTH}. */
    private double[] linear(double[] x, String part) {
        Tensor matrix = weights.factor("/encoder/layer.0/attention/" + part.replace('.', '/') + "/MatMul");
        float[] bias =
                weights.tensor("encoder.layer.0.attention." + part + ".bias").values();
        double[] y = new double[x.length];
        for (int row = 0; row < x.length; row += WIDTH) {
            for (int j = 0; j < WIDTH; j++) {
                y[row + j] = bias[j];
            }
            for (int i = 0; i < WIDTH; i++) {
                for (int j = 0; j < WIDTH; j++) {
                    y[row + j] += x[row + i] * matrix.values()[i * WIDTH + j];
                }
            }
        }
        return y;
    }

    /** What a token attends to in each head, and what comes of it. */
    record Attended(double[][] weights, double[] lse, double[] output) {}

    /** @return weights {@code [HEADS][tokens]}, lse {@code [HEADS]}, output after W_O {@code [WIDTH]} */
    Attended attend(int token) {
        double[] x = Arrays.copyOfRange(embeddings, token * WIDTH, (token + 1) * WIDTH);
        double[] query = linear(x, "self.query");
        double[][] rows = new double[HEADS][tokens];
        double[] lse = new double[HEADS];
        double[] context = new double[WIDTH];
        for (int head = 0; head < HEADS; head++) {
            double sum = 0;
            for (int key = 0; key < tokens; key++) {
                double score = 0;
                for (int i = head * HEAD_WIDTH; i < (head + 1) * HEAD_WIDTH; i++) {
                    score += query[i] * keys[key * WIDTH + i];
                }
                // Scores of this model stay far below 700, where exp would overflow.
                rows[head][key] = Math.exp(score / Math.sqrt(HEAD_WIDTH));
                sum += rows[head][key];
            }
            lse[head] = Math.log(sum);
            for (int key = 0; key < tokens; key++) {
                rows[head][key] /= sum;
                for (int i = head * HEAD_WIDTH; i < (head + 1) * HEAD_WIDTH; i++) {
                    context[i] += rows[head][key] * values[key * WIDTH + i];
                }
            }
        }
        return new Attended(rows, lse, linear(context, "output.dense"));
    }
}
