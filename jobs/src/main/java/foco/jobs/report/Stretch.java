package foco.jobs.report;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A section or a paragraph.
 *
 * @param first its first token
 * @param end the token after its last
 * @param title empty if it has none
 */
record Stretch(int first, int end, String title) {
    static final String SECTION = "section";
    static final String PARAGRAPH = "paragraph";

    /** All of one level, in order; none if the analysis knows none. */
    static List<Stretch> read(AnalysisFolder analysis, SparkSession spark, String level) throws IOException {
        if (!analysis.has("sections")) {
            return List.of();
        }
        List<Row> rows = analysis.table(spark, "sections", "level", "section", "first", "end", "title")
                .where("level = '" + level + "'")
                .selectExpr("section", "first", "end", "coalesce(title, '') as title")
                .orderBy("section")
                .collectAsList();
        int before = 0;
        for (Row row : rows) {
            if (row.getInt(1) < before || row.getInt(2) < row.getInt(1) || row.getInt(2) > analysis.tokens()) {
                throw new InvalidInputException("%s/sections is damaged: %s %d has tokens %d to %d, of %d tokens"
                        .formatted(
                                analysis.name(),
                                level,
                                row.getInt(0),
                                row.getInt(1),
                                row.getInt(2),
                                analysis.tokens()));
            }
            before = row.getInt(1);
        }
        return rows.stream()
                .map(row -> new Stretch(row.getInt(1), row.getInt(2), row.getString(3)))
                .toList();
    }
}
