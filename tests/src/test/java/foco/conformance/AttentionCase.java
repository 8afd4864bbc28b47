package foco.conformance;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.file.ArrayReader;
import foco.driver.file.HeadLayout;
import foco.driver.weights.WeightSelection;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import foco.kernels.score.ScoreStage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/** The ONNX operator {@code Attention}, opset 23 to 25, in Foco's words. */
record AttentionCase(Vectors vectors) {

    private static final Set<String> ATTRIBUTES = Set.of(
            "is_causal",
            "kv_num_heads",
            "left_window_size",
            "q_num_heads",
            "qk_matmul_output_mode",
            "right_window_size",
            "scale",
            "softcap",
            // Foco's softmax is in float32 and better at every setting of it.
            "softmax_precision");

    private static final Set<String> INPUTS =
            Set.of("Q", "K", "V", "attn_mask", "past_key", "past_value", "nonpad_kv_seqlen");

    private static final Set<String> OUTPUTS = Set.of("Y", "present_key", "present_value", "qk_matmul_output");

    void check(SparkSession spark) throws IOException {
        vectors.requireOnly(ATTRIBUTES, INPUTS, OUTPUTS);
        Attention attention = Attention.of(spec());
        if (vectors.has("inputs", "past_key")) {
            attention = attention.withPast(vectors.keysAndValues(spark, "past_key", "past_value", "kv_num_heads"));
        } else if (vectors.has("inputs", "nonpad_kv_seqlen")) {
            attention = attention.withQueryOffsets(offsets());
        }
        try (AttentionResult result = attention.attend(
                vectors.queries(spark, "Q", "q_num_heads"), vectors.keysAndValues(spark, "K", "V", "kv_num_heads"))) {
            compare(result);
        }
    }

    private AttentionSpec spec() throws IOException {
        HeadLayout query = vectors.layout(vectors.file("inputs", "Q"), "q_num_heads");
        HeadLayout key = vectors.layout(vectors.file("inputs", "K"), "kv_num_heads");
        HeadLayout value = vectors.layout(vectors.file("inputs", "V"), "kv_num_heads");
        List<Long> shape = vectors.shape("inputs", "Q");
        int sequences = shape.get(0).intValue();
        AttentionSpec spec = AttentionSpec.of(query.heads(), query.width())
                .withKeyValueHeads(key.heads())
                .withValueWidth(value.width())
                .withScores(scores(sequences))
                .withMask(mask(sequences));
        double scale = vectors.attribute("scale", 0.0);
        return scale == 0 ? spec : spec.withScale(scale);
    }

    /** The soft cap, then a mask of floats. */
    private List<ScoreModifier> scores(int sequences) throws IOException {
        List<ScoreModifier> scores = new ArrayList<>();
        double cap = vectors.attribute("softcap", 0.0);
        if (cap > 0) {
            scores.add(ScoreModifier.softCap(cap));
        }
        if (vectors.has("inputs", "attn_mask")
                && vectors.file("inputs", "attn_mask").header().type().isFloat()) {
            Map<String, ScoreModifier> biases = new HashMap<>();
            for (int s = 0; s < sequences; s++) {
                biases.put(String.valueOf(s), bias(s));
            }
            scores.add(ScoreModifier.bySequence(biases));
        }
        return scores;
    }

    private ScoreModifier bias(int sequence) throws IOException {
        List<Long> shape = vectors.shapeOfFour("attn_mask");
        float[] all = vectors.floats("attn_mask");
        int count = all.length / shape.get(0).intValue();
        int from = shape.get(0) == 1 ? 0 : sequence * count;
        return ScoreModifier.bias(
                shape.get(1).intValue(),
                shape.get(2).intValue(),
                shape.get(3).intValue(),
                Arrays.copyOfRange(all, from, from + count));
    }

    /** The valid keys of each sequence. */
    private long[] valid() throws IOException {
        int count = vectors.shape("inputs", "nonpad_kv_seqlen").get(0).intValue();
        try (ArrayReader lengths = vectors.reader("inputs", "nonpad_kv_seqlen")) {
            return lengths.integers(0, count);
        }
    }

    /** Each sequence's queries are the last of its valid tokens. */
    private Map<String, Long> offsets() throws IOException {
        List<Long> shape = vectors.shape("inputs", "Q");
        Map<String, Long> offsets = new HashMap<>();
        long[] valid = valid();
        for (int s = 0; s < valid.length; s++) {
            offsets.put(String.valueOf(s), valid[s] - shape.get(shape.size() - 2));
        }
        return offsets;
    }

    /** Which keys the queries of each sequence see. */
    private Mask mask(int sequences) throws IOException {
        boolean padded = vectors.has("inputs", "nonpad_kv_seqlen");
        Map<String, Mask> masks = new HashMap<>();
        for (int s = 0; s < sequences; s++) {
            Mask valid = padded ? Mask.validKeys(valid()[s]) : Mask.full();
            masks.put(String.valueOf(s), valid.and(positions()).and(bools(s)));
        }
        return Mask.bySequence(masks);
    }

    private Mask positions() {
        long left = vectors.attribute("left_window_size", -1);
        long right = vectors.attribute("right_window_size", -1);
        Mask mask = left < 0 && right < 0 ? Mask.full() : Mask.window(left, right);
        return vectors.attribute("is_causal", 0) == 1 ? mask.and(Mask.causal()) : mask;
    }

    /** The sequence's part of a mask of bools. */
    private Mask bools(int sequence) throws IOException {
        if (!vectors.has("inputs", "attn_mask")
                || vectors.file("inputs", "attn_mask").header().type().isFloat()) {
            return Mask.full();
        }
        List<Long> shape = vectors.shapeOfFour("attn_mask");
        int heads = shape.get(1).intValue();
        int rows = shape.get(2).intValue();
        int columns = shape.get(3).intValue();
        int count = heads * rows * columns;
        try (ArrayReader reader = vectors.reader("inputs", "attn_mask")) {
            return Mask.matrix(
                    heads, rows, columns, reader.bits(shape.get(0) == 1 ? 0 : (long) sequence * count, count));
        }
    }

    private void compare(AttentionResult result) throws IOException {
        vectors.compare("Y", "q_num_heads", result.rows(), "output");
        if (vectors.has("outputs", "present_key")) {
            vectors.compare("present_key", "kv_num_heads", result.present(), "key");
        }
        if (vectors.has("outputs", "present_value")) {
            vectors.compare("present_value", "kv_num_heads", result.present(), "value");
        }
        if (vectors.has("outputs", "qk_matmul_output")) {
            ScoreStage stage = ScoreStage.values()[(int) vectors.attribute("qk_matmul_output_mode", 0)];
            vectors.compareMatrix(
                    "qk_matmul_output", result.weights(WeightSelection.all().at(stage)));
        }
    }
}
