package foco.driver.ml;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.linalg.distributed.BlockMatrix;
import org.apache.spark.mllib.linalg.distributed.IndexedRow;
import org.apache.spark.mllib.linalg.distributed.IndexedRowMatrix;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Distributed matrices of MLlib as tables of tokens and back: a row of a matrix {@code [tokens, width]} is the vector of the
 * token at that position. Vectors are handed on without copying them.
 */
public final class MatrixTables {

    private static final String POSITION = "position";

    private MatrixTables() {}

    /**
     * The table that {@link foco.driver.Attention#attend(Dataset)} takes.
     *
     * @param query {@code [tokens, heads * keyWidth]}
     * @param key {@code [tokens, keyValueHeads * keyWidth]}
     * @param value {@code [tokens, keyValueHeads * valueWidth]}
     * @return {@code position, query, key, value}. A row that a matrix does not hold, which MLlib takes for zeros, is missing
     *     here too, and attention refuses it by its position
     */
    public static Dataset<Row> tokens(
            SparkSession spark, IndexedRowMatrix query, IndexedRowMatrix key, IndexedRowMatrix value) {
        return table(spark, query, "query")
                .join(table(spark, key, "key"), POSITION)
                .join(table(spark, value, "value"), POSITION);
    }

    /** {@link #tokens(SparkSession, IndexedRowMatrix, IndexedRowMatrix, IndexedRowMatrix)} of matrices in blocks. */
    public static Dataset<Row> tokens(SparkSession spark, BlockMatrix query, BlockMatrix key, BlockMatrix value) {
        return tokens(spark, query.toIndexedRowMatrix(), key.toIndexedRowMatrix(), value.toIndexedRowMatrix());
    }

    /** A matrix as a table of {@code position} and a column of vectors. */
    public static Dataset<Row> table(SparkSession spark, IndexedRowMatrix matrix, String column) {
        StructType schema =
                new StructType().add(POSITION, DataTypes.LongType, false).add(column, SQLDataTypes.VectorType(), false);
        JavaRDD<Row> rows = matrix.rows()
                .toJavaRDD()
                .map(row -> RowFactory.create(row.index(), row.vector().asML()));
        return spark.createDataFrame(rows, schema);
    }

    /**
     * A table's vectors as a matrix.
     *
     * @param rows of one sequence, such as {@link foco.driver.AttentionResult#rows}; read as long as the matrix is
     * @param position the column of positions, whole numbers
     * @param column vectors, {@code array<float>} or {@code array<double>}
     * @throws IllegalArgumentException if the columns are none of these
     */
    public static IndexedRowMatrix matrix(Dataset<Row> rows, String position, String column) {
        TableSchema schema = new TableSchema("MatrixTables", rows.schema());
        schema.whole("position", position);
        ColumnKind kind = schema.vectors("column", column);
        Column given = FocoStage.column(rows, column);
        Column vector = kind == ColumnKind.VECTOR ? given : functions.array_to_vector(given.cast("array<double>"));
        JavaRDD<IndexedRow> indexed = rows.select(
                        FocoStage.column(rows, position).cast(DataTypes.LongType), vector)
                .toJavaRDD()
                .map(row -> new IndexedRow(row.getLong(0), Vectors.fromML((Vector) row.get(1))));
        return new IndexedRowMatrix(indexed.rdd());
    }
}
