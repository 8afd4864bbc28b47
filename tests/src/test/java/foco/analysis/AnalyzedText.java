package foco.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.jobs.Foco;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * An analysis that {@code foco analyze} has made.
 *
 * @param folder of the tables
 * @param printed what the command printed
 */
record AnalyzedText(Path folder, String printed) {

    /** Analyzes a text with MiniLM. */
    static AnalyzedText of(Path work, String name, String text, String... options) throws IOException {
        Path file = Files.writeString(work.resolve(name + ".txt"), text);
        Path folder = work.resolve(name);
        List<String> words = new ArrayList<>(
                List.of("analyze", file.toString(), "--model", "minilm", "--output", folder.toString()));
        words.addAll(List.of(options));
        return new AnalyzedText(folder, run(0, words.toArray(String[]::new)));
    }

    /** Runs a command; gives what it printed, to standard output or, where it fails, to standard error. */
    static String run(int code, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertEquals(code, Foco.run(new PrintWriter(out), new PrintWriter(err), words), err.toString());
        return code == 0 ? out.toString() : err.toString();
    }

    Dataset<Row> table(SparkSession spark, String name) {
        return spark.read().parquet(folder.resolve(name).toString());
    }

    /** A column of a table of positions, by position. */
    double[] column(SparkSession spark, int layer, int head, String column) {
        List<Row> rows = table(spark, "positions")
                .where("layer = %d and head = %d".formatted(layer, head))
                .orderBy("position")
                .select("`%s`".formatted(column))
                .collectAsList();
        return rows.stream()
                .mapToDouble(row -> row.isNullAt(0) ? Double.NaN : ((Number) row.get(0)).doubleValue())
                .toArray();
    }
}
