package foco.docs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.docs.Documents.Code;
import foco.testing.SparkTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** The SQL that the documents print, also in Python, runs as it is printed in a session with Foco's functions. */
@SparkTest(conf = "spark.sql.extensions=foco.driver.sql.FocoExtensions")
class DocsSqlTest {

    private static final Pattern PYTHON = Pattern.compile("spark\\.sql\\(\"([^\"]+)\"\\)");

    @Test
    void everyStatementRuns(SparkSession spark) throws IOException {
        spark.range(20)
                .selectExpr(
                        "id as position",
                        "transform(sequence(1, 512), i -> float(sin(id * i))) as query",
                        "transform(sequence(1, 128), i -> float(cos(id * i))) as key",
                        "transform(sequence(1, 128), i -> float(sin(id + i))) as value")
                .createOrReplaceTempView("tokens");
        spark.sql("SELECT * FROM VALUES (1, 'A bench.'), (2, 'Sand.') AS texts(id, text)")
                .createOrReplaceTempView("texts");
        List<Code> statements = statements();
        assertTrue(statements.size() >= 6, statements::toString);
        for (Code statement : statements) {
            Dataset<Row> rows = spark.sql(statement.text());
            assertFalse(rows.columns().length > 0 && rows.collectAsList().isEmpty(), statement::toString);
        }
    }

    private static List<Code> statements() throws IOException {
        List<Code> statements = new ArrayList<>();
        for (Code block : Documents.blocks()) {
            if (block.language().equals("sql")) {
                statements.add(block);
            } else if (block.language().equals("python")) {
                Matcher call = PYTHON.matcher(block.text());
                while (call.find()) {
                    statements.add(new Code(block.place(), "sql", call.group(1), false));
                }
            }
        }
        return statements;
    }
}
