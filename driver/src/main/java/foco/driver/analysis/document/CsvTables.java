package foco.driver.analysis.document;

import foco.driver.analysis.folder.AnalysisFolder;
import foco.driver.metrics.JobLabel;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Tables as CSV, a file each: a line of names, then the rows in their order. Texts that hold commas, quotes or line breaks stand
 * between quotes, which are doubled within.
 */
record CsvTables(SparkSession spark, AnalysisFolder folder) {

    private static final String LAYER = "layer";

    void write(List<String> tables) throws IOException {
        for (String table : tables) {
            try (JobLabel label = JobLabel.of(spark.sparkContext(), "%s.csv", table)) {
                write(table);
            }
        }
    }

    private void write(String name) throws IOException {
        Dataset<Row> table = layerFirst(spark.read().parquet(folder.path(name).toString()));
        List<String> columns = List.of(table.columns());
        try (Writer out = new BufferedWriter(
                new OutputStreamWriter(folder.create("csv/" + name + ".csv"), StandardCharsets.UTF_8))) {
            out.write(String.join(",", columns) + "\n");
            Iterator<Row> rows = sorted(table, columns).toLocalIterator();
            while (rows.hasNext()) {
                out.write(line(rows.next()) + "\n");
            }
        }
    }

    private static Dataset<Row> layerFirst(Dataset<Row> table) {
        List<String> columns = new ArrayList<>(Arrays.asList(table.columns()));
        if (columns.remove(LAYER)) {
            columns.add(0, LAYER);
        }
        return table.select(columns.stream().map(functions::col).toArray(Column[]::new));
    }

    /** Spark reads the files of a table in any order. */
    private static Dataset<Row> sorted(Dataset<Row> table, List<String> columns) {
        List<String> order = new ArrayList<>(List.of(
                "word", LAYER, "head", "level", "position", "direction", "rank", "query_section", "key_section"));
        order.retainAll(columns);
        order.addAll(columns.stream().filter(column -> !order.contains(column)).toList());
        return table.sort(order.stream().map(functions::col).toArray(Column[]::new));
    }

    private static String line(Row row) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < row.size(); c++) {
            line.append(c > 0 ? "," : "")
                    .append(row.isNullAt(c) ? "" : quoted(row.get(c).toString()));
        }
        return line.toString();
    }

    private static String quoted(String value) {
        return value.matches("(?s).*[\",\\n\\r].*") ? "\"" + value.replace("\"", "\"\"") + "\"" : value;
    }
}
