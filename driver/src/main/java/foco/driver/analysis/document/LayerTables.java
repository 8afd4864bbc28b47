package foco.driver.analysis.document;

import foco.driver.AnalysisResult;
import foco.driver.AttentionAnalysis;
import foco.driver.AttentionResult;
import foco.driver.analysis.Statistic;
import foco.driver.block.TokenBlocks;
import foco.driver.metrics.JobLabel;
import foco.driver.table.TokenTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
            analysis.write(
                    spark,
                    layer,
                    attended.spec().mask(),
                    result,
                    analysis.wantsFlow()
                            ? Optional.of(TokenTable.rows(spark, projected.select("query", "key")))
                            : Optional.empty());
        }
    }
}
