package foco.driver.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.kernels.AttentionSpec;
import foco.testing.SparkTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.linalg.distributed.BlockMatrix;
import org.apache.spark.mllib.linalg.distributed.IndexedRow;
import org.apache.spark.mllib.linalg.distributed.IndexedRowMatrix;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

@SparkTest
class MatrixTablesTest {

    private static IndexedRowMatrix matrix(SparkSession spark, int seed) {
        Random random = new Random(seed);
        List<IndexedRow> rows = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            rows.add(new IndexedRow(i, Vectors.dense(random.doubles(6, -1, 1).toArray())));
        }
        return new IndexedRowMatrix(JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(rows, 3)
                .rdd());
    }

    /** In float64, of one head. */
    private static double[][] expected(IndexedRowMatrix q, IndexedRowMatrix k, IndexedRowMatrix v) {
        double[][] queries = rows(q);
        double[][] keys = rows(k);
        double[][] values = rows(v);
        double[][] out = new double[25][6];
        for (int i = 0; i < 25; i++) {
            double sum = 0;
            for (int j = 0; j < 25; j++) {
                double dot = 0;
                for (int c = 0; c < 6; c++) {
                    dot += queries[i][c] * keys[j][c];
                }
                double weight = Math.exp(dot / Math.sqrt(6));
                sum += weight;
                for (int c = 0; c < 6; c++) {
                    out[i][c] += weight * values[j][c];
                }
            }
            for (int c = 0; c < 6; c++) {
                out[i][c] /= sum;
            }
        }
        return out;
    }

    private static double[][] rows(IndexedRowMatrix matrix) {
        double[][] rows = new double[25][];
        for (IndexedRow row : matrix.rows().toJavaRDD().collect()) {
            rows[(int) row.index()] = row.vector().toArray();
        }
        return rows;
    }

    @Test
    void matricesGoInAndComeOut(SparkSession spark) {
        IndexedRowMatrix q = matrix(spark, 1);
        IndexedRowMatrix k = matrix(spark, 2);
        IndexedRowMatrix v = matrix(spark, 3);
        double[][] expected = expected(q, k, v);
        Attention attention = Attention.of(AttentionSpec.of(1, 6));
        BlockMatrix blocks = k.toBlockMatrix(10, 4);
        try (AttentionResult ofRows = attention.attend(MatrixTables.tokens(spark, q, k, v));
                AttentionResult ofBlocks = attention.attend(
                        MatrixTables.tokens(spark, q.toBlockMatrix(7, 5), blocks, v.toBlockMatrix(25, 6)))) {
            double[][] rows = rows(MatrixTables.matrix(ofRows.rows(), "position", "output"));
            for (int i = 0; i < 25; i++) {
                assertArrayEquals(expected[i], rows[i], 1e-6);
            }
            BlockMatrix out =
                    MatrixTables.matrix(ofBlocks.rows(), "position", "output").toBlockMatrix(8, 3);
            Matrix local = out.toLocalMatrix().asML();
            assertEquals(25, local.numRows());
            for (int i = 0; i < 25; i++) {
                for (int c = 0; c < 6; c++) {
                    assertEquals(rows[i][c], local.apply(i, c));
                }
            }
        }
        StageTables.assertRefused(
                "there is no column out; set column to one of position",
                () -> MatrixTables.matrix(MatrixTables.table(spark, q, "query"), "position", "out"));
    }

    @Test
    void aBreezeMatrixOfFloatsByRowsIsSharedAndOthersAreCopied() {
        float[] numbers = {1, 2, 3, 4, 5, 6};
        Projection projection = new Projection(2, 3, numbers, new float[3]);
        breeze.linalg.DenseMatrix<Object> shared = projection.toBreeze();
        assertSame(numbers, shared.data());
        assertEquals(6f, shared.apply(1, 2));
        assertSame(numbers, Projection.of(shared).weights());
        breeze.linalg.DenseMatrix<Object> byColumn =
                new breeze.linalg.DenseMatrix<>(2, 3, new double[] {1, 4, 2, 5, 3, 6}, 0, 2, false);
        assertArrayEquals(numbers, Projection.of(byColumn).weights());
        assertArrayEquals(numbers, Projection.of(projection.toMatrix()).weights());
        assertArrayEquals(
                numbers,
                Projection.of(org.apache.spark.mllib.linalg.Matrices.fromML(projection.toMatrix()))
                        .weights());
    }
}
