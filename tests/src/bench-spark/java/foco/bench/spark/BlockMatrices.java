package foco.bench.spark;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.linalg.distributed.BlockMatrix;
import org.apache.spark.mllib.linalg.distributed.IndexedRow;
import org.apache.spark.mllib.linalg.distributed.IndexedRowMatrix;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.Tuple2;

/**
 * MLlib's distributed matrices, head by head: queries times transposed keys, a softmax over the rows of that matrix, and the
 * product with the values. The matrix of all scores is made, in float64, and shuffled.
 */
final class BlockMatrices implements Way {

    /** One head takes as much memory as each of several. */
    private static final int PROBED_HEADS = 1;

    /** A head's part of a row. */
    private record HeadOutput(int head, double[] output) implements java.io.Serializable {}

    @Override
    public Dataset<Row> attend(Dataset<Row> tokens, Size size) {
        int heads = size.probe() ? PROBED_HEADS : Size.HEADS;
        JavaPairRDD<Long, HeadOutput> all = IntStream.range(0, heads)
                .mapToObj(head -> head(tokens, head))
                .reduce(JavaPairRDD::union)
                .orElseThrow();
        JavaRDD<Row> rows = all.groupByKey().map(row -> RowFactory.create(row._1, sideBySide(row._2)));
        return tokens.sparkSession().createDataFrame(rows, TokenTable.OUTPUT);
    }

    private static JavaPairRDD<Long, HeadOutput> head(Dataset<Row> tokens, int head) {
        BlockMatrix queries = matrix(tokens, "query", head);
        BlockMatrix keys = matrix(tokens, "key", head);
        BlockMatrix scores = queries.multiply(keys.transpose());
        JavaRDD<IndexedRow> weights = scores.toIndexedRowMatrix()
                .rows()
                .toJavaRDD()
                .map(row -> new IndexedRow(
                        row.index(), Vectors.dense(softmax(row.vector().toArray()))));
        return new IndexedRowMatrix(weights.rdd())
                .toBlockMatrix()
                .multiply(matrix(tokens, "value", head))
                .toIndexedRowMatrix()
                .rows()
                .toJavaRDD()
                .mapToPair(row -> new Tuple2<>(
                        row.index(), new HeadOutput(head, row.vector().toArray())));
    }

    private static BlockMatrix matrix(Dataset<Row> tokens, String column, int head) {
        JavaRDD<IndexedRow> rows = tokens.select("position", column).toJavaRDD().map(row -> {
            List<Float> vector = row.getList(1);
            double[] own = IntStream.range(head * Size.WIDTH, (head + 1) * Size.WIDTH)
                    .mapToDouble(vector::get)
                    .toArray();
            return new IndexedRow(row.getLong(0), Vectors.dense(own));
        });
        return new IndexedRowMatrix(rows.rdd()).toBlockMatrix();
    }

    private static double[] softmax(double[] scores) {
        double most = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            most = Math.max(most, score);
        }
        double sum = 0;
        for (int j = 0; j < scores.length; j++) {
            scores[j] = Math.exp(Size.SCALE * (scores[j] - most));
            sum += scores[j];
        }
        for (int j = 0; j < scores.length; j++) {
            scores[j] /= sum;
        }
        return scores;
    }

    private static float[] sideBySide(Iterable<HeadOutput> heads) {
        float[] output = new float[Size.ROW_WIDTH];
        for (HeadOutput head : heads) {
            for (int d = 0; d < Size.WIDTH; d++) {
                output[head.head * Size.WIDTH + d] = (float) head.output[d];
            }
        }
        return output;
    }
}
