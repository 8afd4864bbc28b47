package example;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

public final class FirstAttention {

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

    /** Made-up tokens; real ones come from a table. */
    static Dataset<Row> tokens(SparkSession spark, long n) {
        return spark.range(n)
                .selectExpr("id as position", "array(cos(id / 10), sin(id / 10)) as vector")
                .selectExpr("position", "vector as query", "vector as key", "vector as value");
    }

    /** One head, two wide; each token attends to itself and to those before it. */
    static AttentionResult attend(Dataset<Row> tokens) {
        AttentionSpec spec = AttentionSpec.of(1, 2).withMask(Mask.causal());
        return Attention.of(spec).attend(tokens);
    }
}
