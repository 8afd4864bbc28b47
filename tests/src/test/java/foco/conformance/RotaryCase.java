package foco.conformance;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.file.ArrayReader;
import foco.driver.file.HeadLayout;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/**
 * The ONNX operator {@code RotaryEmbedding}, opset 23: its input as the keys of an attention, which gives them back turned.
 */
record RotaryCase(Vectors vectors) {

    private static final Set<String> ATTRIBUTES = Set.of("interleaved", "num_heads", "rotary_embedding_dim");

    private String input() {
        return vectors.has("inputs", "input") ? "input" : "X";
    }

    private String output() {
        return vectors.has("outputs", "output") ? "output" : "Y";
    }

    void check(SparkSession spark) throws IOException {
        vectors.requireOnly(ATTRIBUTES, Set.of(input(), "cos_cache", "sin_cache", "position_ids"), Set.of(output()));
        HeadLayout layout = vectors.layout(vectors.file("inputs", input()), "num_heads");
        Dataset<Row> table = vectors.keysAndValues(spark, input(), input(), "num_heads")
                .withColumn("query", col("key"))
                .withColumn(
                        "rotary_position",
                        udf(positions(), DataTypes.LongType).apply(col("sequence"), col("position")));
        try (AttentionResult result = Attention.of(AttentionSpec.of(layout.heads(), layout.width()))
                .withRotary(rotary())
                .attend(table)) {
            vectors.compare(output(), "num_heads", result.present(), "key");
        }
    }

    private RotaryEmbedding rotary() throws IOException {
        List<Long> shape = vectors.shape("inputs", "cos_cache");
        int pairs = shape.get(shape.size() - 1).intValue();
        long width = vectors.attribute("rotary_embedding_dim", 0);
        if (width > 0 && width != 2L * pairs) {
            throw new IOException("rotary_embedding_dim is %d, and the cache is for %d".formatted(width, 2 * pairs));
        }
        RotaryEmbedding rotary =
                RotaryEmbedding.cached(pairs, vectors.floats("cos_cache"), vectors.floats("sin_cache"));
        return vectors.attribute("interleaved", 0) == 1 ? rotary.interleaved() : rotary;
    }

    /** The row of the cache that each token turns by: without position ids, the cache has one for every token. */
    private UDF2<Long, Long, Long> positions() throws IOException {
        List<Long> cache = vectors.shape("inputs", "cos_cache");
        if (!vectors.has("inputs", "position_ids")) {
            long tokens = cache.size() == 3 ? cache.get(1) : 0;
            return (sequence, position) -> sequence * tokens + position;
        }
        List<Long> shape = vectors.shape("inputs", "position_ids");
        int tokens = shape.get(shape.size() - 1).intValue();
        try (ArrayReader reader = vectors.reader("inputs", "position_ids")) {
            long[] ids = reader.integers(0, (int) (shape.get(0) * tokens));
            return (sequence, position) -> ids[(int) (sequence * tokens + position)];
        }
    }
}
