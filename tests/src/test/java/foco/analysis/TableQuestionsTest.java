package foco.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import foco.docs.DocsSql;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ten questions of the page on tables, answered by the SQL that it prints. */
@SparkTest
class TableQuestionsTest {

    private static final String TEXT = "Chapter I\n\nThe captain saw the sea, and the sea was calm. "
            .concat("The captain slept.\n\n")
            .concat("Chapter II\n\nIn the morning the captain saw the whale. \"The whale!\" cried the captain.\n\n")
            .concat("Chapter III\n\nThe whale was gone, and so was the captain. The sea was calm.\n");

    @TempDir
    private Path folder;

    @Test
    void eachIsAnsweredWithRows(SparkSession spark) throws IOException {
        AnalyzedText analyzed =
                AnalyzedText.of(folder, "whale", TEXT, "--words", "captain", "--csv", "--layers", "1-3");
        try (Stream<Path> tables = Files.list(analyzed.folder())) {
            for (Path table : tables.filter(Files::isDirectory).toList()) {
                String name = table.getFileName().toString();
                if (!name.equals("csv")) {
                    spark.read().parquet(table.toString()).createOrReplaceTempView(name);
                    long lines;
                    try (Stream<String> csv = Files.lines(analyzed.folder().resolve("csv/" + name + ".csv"))) {
                        lines = csv.count();
                    }
                    assertEquals(spark.table(name).count() + 1, lines, name);
                }
            }
        }
        List<String> questions = DocsSql.of("docs/tables.md");
        assertEquals(10, questions.size());
        for (String question : questions) {
            List<Row> rows = spark.sql(question).collectAsList();
            assertFalse(rows.isEmpty(), question);
        }
    }
}
