package foco.driver.model;

import foco.driver.layer.RowKernel;
import foco.driver.layer.TransformerLayer;
import foco.driver.text.TokenizedText;
import foco.kernels.AttentionSpec;
import foco.kernels.breeze.ReferenceAttention;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The attention of one layer over a short text, step by step, as "Attention Is All You Need" writes it (Vaswani et al., 2017,
 * section 3.2): for those who want to see each number. Every array is held whole, so it is for a sentence; it needs no Spark.
 * Hidden states, queries, keys and values are those of the model, in float32; scores, weights and sums are in float64.
 */
public final class AttentionSteps {

    private final TokenizedText text;
    private final AttentionSpec spec;
    private final int width;
    private final float[] hidden;
    private final float[][] projected;
    private final double[][] weights;
    private final double[][] sums;
    private final float[] joined;

    /**
     * Computes the layers below, and all steps of this one.
     *
     * @param text as {@link foco.driver.text.Tokenizer#whole} gives it
     * @param layer counted from 1
     * @throws IllegalArgumentException if the model has no such layer, or fewer learned places than the text has tokens
     */
    public static AttentionSteps of(PretrainedModel model, TokenizedText text, int layer) {
        TransformerShape shape = model.transformer().shape();
        if (layer < 1 || layer > shape.layers()) {
            throw new IllegalArgumentException(
                    "There is no layer %d; %s has layers 1 to %d.".formatted(layer, model.name(), shape.layers()));
        }
        ShortPass.requirePlaces(model, text);
        return new AttentionSteps(model, text, layer, ShortPass.after(layer - 1, model, text));
    }

    /** The steps of each layer, from the first to the last; throws as {@link #of} does. */
    public static List<AttentionSteps> ofEachLayer(PretrainedModel model, TokenizedText text) {
        ShortPass.requirePlaces(model, text);
        List<float[]> below = ShortPass.belowEach(model, text);
        return IntStream.rangeClosed(1, below.size())
                .mapToObj(layer -> new AttentionSteps(model, text, layer, below.get(layer - 1)))
                .toList();
    }

    private AttentionSteps(PretrainedModel model, TokenizedText text, int layer, float[] hidden) {
        this.text = text;
        this.width = model.transformer().shape().width();
        int n = text.tokens().size();
        this.hidden = hidden;
        TransformerLayer here = model.transformer().layer(layer - 1, model.weights());
        this.spec = here.attention().forSequence("text", n, n);
        RowKernel kernel = new RowKernel();
        this.projected = here.project(kernel, hidden, n);
        here.rotary().ifPresent(rotary -> BatchPass.turn(rotary.forLength(n), spec, projected, 0, n));
        this.weights = IntStream.range(0, spec.heads()).mapToObj(this::softmax).toArray(double[][]::new);
        this.sums = IntStream.range(0, spec.heads()).mapToObj(this::weighted).toArray(double[][]::new);
        this.joined = here.joinHeads(kernel, sideBySide(), n);
    }

    /** Each row of scores through the softmax, {@code [tokens, tokens]}. */
    private double[] softmax(int head) {
        int n = tokens();
        double[] rows = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                rows[i * n + j] = score(head, i, j);
            }
            ReferenceAttention.softmax(rows, i * n, n, spec.sink(head));
        }
        return rows;
    }

    /** The values by their weights, {@code [tokens, valueWidth]}. */
    private double[] weighted(int head) {
        int n = tokens();
        double[] rows = new double[n * spec.valueWidth()];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                float[] v = value(head, j);
                for (int e = 0; e < v.length; e++) {
                    rows[i * v.length + e] += weight(head, i, j) * v[e];
                }
            }
        }
        return rows;
    }

    private float[] sideBySide() {
        float[] rows = new float[tokens() * spec.outputRowWidth()];
        int at = 0;
        for (int i = 0; i < tokens(); i++) {
            for (int head = 0; head < spec.heads(); head++) {
                for (double each : sum(head, i)) {
                    rows[at++] = (float) each;
                }
            }
        }
        return rows;
    }

    /** The text and its tokens. */
    public TokenizedText text() {
        return text;
    }

    /** How many tokens there are. */
    public int tokens() {
        return text.tokens().size();
    }

    /** Heads, widths, scale, mask and score modifiers. */
    public AttentionSpec spec() {
        return spec;
    }

    /** What the layer is given for a token, {@code [width]}: in the first layer its embedding. */
    public float[] hidden(int token) {
        return row(hidden, width, token, 0, width);
    }

    /** A token's query in one head, {@code [keyWidth]}, turned by its position if the model does so. */
    public float[] query(int head, int token) {
        return row(projected[0], spec.queryRowWidth(), token, head, spec.keyWidth());
    }

    /** The key that a query head sees of a token, {@code [keyWidth]}. */
    public float[] key(int head, int token) {
        return row(projected[1], spec.keyRowWidth(), token, spec.keyValueHead(head), spec.keyWidth());
    }

    /** The value that a query head sees of a token, {@code [valueWidth]}. */
    public float[] value(int head, int token) {
        return row(projected[2], spec.valueRowWidth(), token, spec.keyValueHead(head), spec.valueWidth());
    }

    /** The dot product of a token's query and another's key. */
    public double product(int head, int query, int key) {
        float[] q = query(head, query);
        float[] k = key(head, key);
        double product = 0;
        for (int e = 0; e < q.length; e++) {
            product += (double) q[e] * k[e];
        }
        return product;
    }

    /** The product scaled, modified and masked: what the softmax takes. -infinity where the query does not see the key. */
    public double score(int head, int query, int key) {
        return spec.score(head, query, key, product(head, query, key));
    }

    /** What the softmax gives: the share of a key in a query's sum, from 0 to 1. */
    public double weight(int head, int query, int key) {
        return weights[head][query * tokens() + key];
    }

    /** The values by a query's weights, {@code [valueWidth]}. */
    public double[] sum(int head, int query) {
        int from = query * spec.valueWidth();
        return Arrays.copyOfRange(sums[head], from, from + spec.valueWidth());
    }

    /** The sums of all heads side by side through {@code W_O}, {@code [width]}: what attention gives for a token. */
    public float[] output(int token) {
        return row(joined, width, token, 0, width);
    }

    private static float[] row(float[] rows, int rowWidth, int row, int part, int width) {
        int from = row * rowWidth + part * width;
        return Arrays.copyOfRange(rows, from, from + width);
    }
}
