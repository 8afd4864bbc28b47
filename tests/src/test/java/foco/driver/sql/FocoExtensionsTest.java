package foco.driver.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Table functions in a session that has them by its settings alone. */
@SparkTest(conf = "spark.sql.extensions=foco.driver.sql.FocoExtensions")
class FocoExtensionsTest {

    @BeforeEach
    void views(SparkSession spark) {
        spark.sql("""
                CREATE OR REPLACE TEMP VIEW tokens AS
                SELECT s AS sequence, i AS position, concat('note ', i) AS note,
                    transform(sequence(1, 8), j -> float(sin(i * j + ascii(s)))) AS query,
                    transform(sequence(1, 8), j -> float(cos(i + j))) AS key,
                    transform(sequence(1, 8), j -> float(cos(i * j))) AS value
                FROM (SELECT explode(sequence(0, 39)) AS i), (SELECT explode(array('a', 'b')) AS s)
                """);
        spark.sql(
                "CREATE OR REPLACE TEMP VIEW texts AS SELECT * FROM VALUES (1, 'A bench.'), (2, 'Sand.') AS t(id, body)");
    }

    @Test
    void attentionIsTheLibrarys(SparkSession spark) {
        Dataset<Row> rows =
                spark.sql("SELECT sequence, position, note, attention FROM foco_attention('tokens', 'heads 2, causal')"
                        + " ORDER BY sequence, position");
        AttentionSpec spec = AttentionSpec.of(2, 4).withMask(Mask.causal());
        try (AttentionResult result = Attention.of(spec).attend(spark.table("tokens"))) {
            List<Row> expected = result.rows()
                    .orderBy("sequence", "position")
                    .selectExpr("output")
                    .collectAsList();
            assertEquals(80, expected.size());
            assertEquals(expected, rows.selectExpr("attention").collectAsList());
        }
        assertEquals("note 7", rows.collectAsList().get(7).getString(2));
    }

    @Test
    void paramsAreThoseOfTheStages(SparkSession spark) {
        Dataset<Row> rows = spark.sql(
                "SELECT * FROM foco_attention('tokens', 'heads 2', 'outputCol=out', 'queryCol=key', 'logSumExpCol = lse')");
        assertTrue(
                rows.schema().simpleString().endsWith("out:array<float>,lse:array<float>>"),
                rows.schema().simpleString());
        assertEquals(80, rows.count());
        Dataset<Row> encoded = spark.sql(
                "SELECT id, encoded FROM foco_encode('texts', 'minilm', 'textCol=body', 'normalize=true', 'layer=2') ORDER BY id");
        assertEquals("struct<id:int,encoded:vector>", encoded.schema().simpleString());
        assertEquals(2, encoded.collectAsList().size());
        assertEquals(
                List.of("[CLS]", "sand", ".", "[SEP]"),
                spark
                        .sql(
                                "SELECT token FROM foco_encode('texts', 'minilm', 'textCol=body', 'pooling=none') WHERE id = 2"
                                        + " ORDER BY position")
                        .collectAsList()
                        .stream()
                        .map(row -> row.getString(0))
                        .toList());
    }

    @Test
    void nothingIsComputedBeforeRowsAreRead(SparkSession spark) throws Exception {
        AtomicInteger jobs = new AtomicInteger();
        SparkListener listener = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.incrementAndGet();
            }
        };
        spark.sparkContext().addSparkListener(listener);
        try {
            Dataset<Row> rows = spark.sql("SELECT * FROM foco_attention('tokens', 'heads 2, causal')");
            spark.sql("EXPLAIN SELECT * FROM foco_attention('tokens', 'heads 2, causal')");
            spark.sql("CREATE OR REPLACE TEMP VIEW attended AS SELECT * FROM foco_attention('tokens', 'heads 2')");
            spark.sparkContext().listenerBus().waitUntilEmpty();
            assertEquals(0, jobs.get());
            assertEquals(80, rows.count());
            spark.sparkContext().listenerBus().waitUntilEmpty();
            assertTrue(jobs.get() > 0);
            assertEquals(80, spark.table("attended").count());
        } finally {
            spark.sparkContext().removeSparkListener(listener);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "foco_attention('tokens')|foco_attention: it takes (table, spec[, 'PARAM=VALUE', ...]), and was given 1 argument.",
                "foco_attention('nowhere', 'causal')|nowhere",
                "foco_attention('tokens', 'cusal')|foco_attention: In the spec, at character 1, \"cusal\": cusal is not known here; do you mean causal?",
                "foco_attention('tokens', 3)|foco_attention: argument 2, 3, is not a string such as 'tokens'.",
                "foco_attention('tokens', 'causal', 'queryColumn=q')|there is no param queryColumn; do you mean queryCol? Params are keyCol,",
                "foco_attention('tokens', 'causal', 'q')|argument 3, 'q', is not PARAM=VALUE",
                "foco_attention('tokens', 'causal', 'queryCol=q')|there is no column q; set queryCol to one of sequence, position, note, query, key, value.",
                "foco_attention('tokens', 'causal', 'queryCol=note')|column note is string, and queryCol takes a vector, array<float> or array<double>",
                "foco_encode('texts', 'minilm')|there is no column text; set textCol to one of id, body.",
                "foco_encode('texts', 'minilm', 'textCol=body', 'layer=two')|layer is a whole number, and was given two.",
                "foco_encode('texts', 'minilm', 'textCol=body', 'normalize=yes')|normalize is true or false, and was given yes.",
            })
    void aCallThatCannotBeIsAnAnalysisException(String call, String message, SparkSession spark) {
        AnalysisException refused = assertThrows(AnalysisException.class, () -> spark.sql("SELECT * FROM " + call));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    @Test
    void functionsAreDescribed(SparkSession spark) {
        List<Row> lines = spark.sql("DESCRIBE FUNCTION foco_attention").collectAsList();
        assertTrue(lines.toString().contains("foco_attention(table, spec"), lines.toString());
    }
}
