package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.file.ParquetRows;
import foco.driver.file.RowFile;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that Foco writes itself, as Spark reads them. */
@SparkTest
class ParquetRowsTest {

    private static final StructType TYPE =
            StructType.fromDDL("i int, l bigint, f float, d double, b boolean, s string");

    @TempDir
    private Path folder;

    private org.apache.hadoop.fs.Path file() {
        return new org.apache.hadoop.fs.Path(folder.resolve("t/part.parquet").toUri());
    }

    private void write(StructType type, Object[]... rows) throws IOException {
        try (RowFile file = ParquetRows.create(file(), type, new Configuration())) {
            for (Object[] row : rows) {
                file.add(row);
            }
        }
    }

    @Test
    void sparkReadsWhatWasWritten(SparkSession spark) throws IOException {
        Object[][] rows = {
            {Integer.MIN_VALUE, Long.MAX_VALUE, 0.1f, 0.1, true, "água \uD83D\uDE00, \"x\"\n"},
            {0, 0L, Float.NaN, Double.NEGATIVE_INFINITY, false, ""},
            {null, null, null, null, null, null}
        };
        write(TYPE, rows);
        var table = spark.read().parquet(folder.resolve("t").toString());
        assertEquals(TYPE, table.schema());
        List<Row> due = Arrays.stream(rows).map(RowFactory::create).toList();
        assertEquals(due, table.collectAsList());
    }

    @Test
    void aTableWithoutRowsHasItsColumns(SparkSession spark) throws IOException {
        write(TYPE);
        var table = spark.read().parquet(folder.resolve("t").toString());
        assertEquals(TYPE, table.schema());
        assertEquals(0, table.count());
    }

    @Test
    void manyRowsAreAllThere(SparkSession spark) throws IOException {
        int n = 2_000_000;
        StructType type = StructType.fromDDL("i int, d double");
        try (RowFile file = ParquetRows.create(file(), type, new Configuration())) {
            for (int i = 0; i < n; i++) {
                file.add(i, Math.sin(i));
            }
        }
        long wrong = spark.read()
                .parquet(folder.resolve("t").toString())
                .where("abs(d - sin(i)) > 1e-12")
                .count();
        assertEquals(0, wrong);
        Row row = spark.read()
                .parquet(folder.resolve("t").toString())
                .selectExpr("count(distinct i)", "min(i)", "max(i)")
                .head();
        assertEquals(RowFactory.create((long) n, 0, n - 1), row);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> write(StructType.fromDDL("w array<float>")))
                .getMessage();
        assertTrue(message.contains("column w is of type array<float>"), message);
        assertThrows(IllegalArgumentException.class, () -> write(TYPE, new Object[] {1, 2L}));
        assertThrows(
                IllegalArgumentException.class, () -> write(StructType.fromDDL("i int not null"), new Object[] {null}));
    }
}
