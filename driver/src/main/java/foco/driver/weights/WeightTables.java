package foco.driver.weights;

import static org.apache.spark.sql.functions.col;

import foco.driver.strategy.AttentionInput;
import foco.kernels.score.ScoreStage;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Rows of weights as users see them. */
public final class WeightTables {

    private WeightTables() {}

    public static Dataset<Row> of(
            SparkSession spark, AttentionInput input, WeightSelection selection, JavaRDD<WeightRow> rows) {
        return spark.createDataset(rows.rdd(), Encoders.bean(WeightRow.class))
                .select(
                        col("sequence").cast(input.queries().sequenceType()).as("sequence"),
                        col("position"),
                        col("head"),
                        col("firstKey").as("first_key"),
                        col("values").as(selection.stage() == ScoreStage.WEIGHT ? "weights" : "scores"));
    }
}
