package foco.driver.analysis.document;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import foco.driver.AnalysisResult;
import foco.driver.AttentionAnalysis;
import foco.driver.AttentionResult;
import foco.driver.analysis.Statistic;
import foco.driver.block.TokenBlocks;
import foco.driver.metrics.JobLabel;
import foco.driver.table.TokenTable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** From the attention of a layer to its tables in the folder. */
public record LayerTables(SparkSession spark, DocumentAnalysis analysis) {

    /**
     * Gathers the statistics and writes their tables.
     *
     * @param layer counted from 1
     * @param projected its queries and keys
     * @param attended open; it stays so
     */
    public void write(int layer, TokenBlocks projected, AttentionResult attended) throws IOException {
        List<Statistic<?>> statistics = analysis.statistics();
        try (JobLabel label = JobLabel.of(spark.sparkContext(), "statistics");
                AnalysisResult result = AttentionAnalysis.of(attended.spec())
                        .with(statistics.toArray(Statistic[]::new))
                        .inHeads(analysis.heads().stream()
                                .mapToInt(head -> head - 1)
                                .toArray())
                        .analyze(attended)) {
            Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
            for (String table : result.tables()) {
                tables.put(table, numbered(result.table(table)));
            }
            if (analysis.wantsFlow()) {
                tables.put(FlowStatistic.TABLE, TokenTable.rows(spark, projected.select("query", "key")));
            }
            analysis.write(layer, tables, result.rules());
        }
    }

    /** One document is one sequence; heads are counted from 1, as people and options count them. */
    private static Dataset<Row> numbered(Dataset<Row> table) {
        return table.drop("sequence")
                .withColumn("head", col("head").plus(lit(1)).cast("int"));
    }
}
