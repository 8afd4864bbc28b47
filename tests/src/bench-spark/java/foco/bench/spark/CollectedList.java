package foco.bench.spark;

import static org.apache.spark.sql.functions.callUDF;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.struct;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The tokens of a sequence are collected into a list, and a function in Java computes the attention of all of them, a query
 * at a time, so that it never holds more than a row of scores. Only its loops are of the simplest kind.
 */
final class CollectedList implements Way {

    /** All memory is taken before the first query is computed. */
    private static final int PROBED_QUERIES = 16;

    @Override
    public Dataset<Row> attend(Dataset<Row> tokens, Size size) {
        int queries = size.probe() ? PROBED_QUERIES : size.tokens();
        tokens.sparkSession()
                .udf()
                .register(
                        "attention",
                        (UDF1<Seq<Row>, List<Row>>) rows -> attention(CollectionConverters.asJava(rows), queries),
                        DataTypes.createArrayType(TokenTable.OUTPUT));
        return tokens.agg(collect_list(struct("position", "query", "key", "value"))
                        .as("tokens"))
                .select(explode(callUDF("attention", col("tokens"))).as("attended"))
                .select("attended.position", "attended.output");
    }

    private static List<Row> attention(List<Row> tokens, int queries) {
        float[][] query = new float[tokens.size()][];
        float[][] key = new float[tokens.size()][];
        float[][] value = new float[tokens.size()][];
        long[] position = new long[tokens.size()];
        int place = 0;
        for (Row token : tokens) {
            position[place] = token.getLong(0);
            query[place] = TokenTable.floats(token, 1);
            key[place] = TokenTable.floats(token, 2);
            value[place++] = TokenTable.floats(token, 3);
        }
        List<Row> attended = new ArrayList<>(queries);
        for (int i = 0; i < queries; i++) {
            float[] output = new float[Size.ROW_WIDTH];
            for (int head = 0; head < Size.HEADS; head++) {
                attend(query[i], key, value, head * Size.WIDTH, output);
            }
            attended.add(RowFactory.create(position[i], output));
        }
        return attended;
    }

    private static void attend(float[] query, float[][] key, float[][] value, int from, float[] output) {
        double[] weights = new double[key.length];
        double most = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < key.length; j++) {
            float score = 0;
            for (int d = from; d < from + Size.WIDTH; d++) {
                score += query[d] * key[j][d];
            }
            weights[j] = score * Size.SCALE;
            most = Math.max(most, weights[j]);
        }
        for (int j = 0; j < key.length; j++) {
            weights[j] = Math.exp(weights[j] - most);
        }
        double sum = IntStream.range(0, key.length).mapToDouble(j -> weights[j]).sum();
        for (int j = 0; j < key.length; j++) {
            float weight = (float) (weights[j] / sum);
            for (int d = from; d < from + Size.WIDTH; d++) {
                output[d] += weight * value[j][d];
            }
        }
    }
}
