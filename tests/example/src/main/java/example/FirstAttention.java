package example;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.cos;
import static org.apache.spark.sql.functions.sin;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Attention of a thousand made-up tokens, one head, two wide. */
public final class FirstAttention {

    private FirstAttention() {}

    public static void main(String[] args) {
        SparkSession spark = SparkSession.builder()
                .master("local[*]")
                .config("spark.log.level", "WARN")
                .getOrCreate();
        try (AttentionResult result = attend(tokens(spark, 1000))) {
            result.rows().show(5, false);
        }
        spark.stop();
    }

    /** {@code position, query, key, value}; vectors are arrays of float or double. */
    static Dataset<Row> tokens(SparkSession spark, long n) {
        Column angle = col("id").divide(10);
        Column vector = array(cos(angle), sin(angle));
        return spark.range(n)
                .select(col("id").as("position"), vector.as("query"), vector.as("key"), vector.as("value"));
    }

    /** Each token attends to itself and to those before it. */
    static AttentionResult attend(Dataset<Row> tokens) {
        AttentionSpec spec = AttentionSpec.of(1, 2).withMask(Mask.causal());
        return Attention.of(spec).attend(tokens);
    }
}
