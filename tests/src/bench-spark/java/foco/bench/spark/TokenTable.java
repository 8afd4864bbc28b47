package foco.bench.spark;

import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Tables of tokens, and of their attention. */
final class TokenTable {

    private static final StructType TOKENS = new StructType()
            .add("position", DataTypes.LongType, false)
            .add("query", DataTypes.createArrayType(DataTypes.FloatType, false), false)
            .add("key", DataTypes.createArrayType(DataTypes.FloatType, false), false)
            .add("value", DataTypes.createArrayType(DataTypes.FloatType, false), false);

    static final StructType OUTPUT = new StructType()
            .add("position", DataTypes.LongType, false)
            .add("output", DataTypes.createArrayType(DataTypes.FloatType, false), false);

    private TokenTable() {}

    /** Writes normally distributed numbers, the same for the same position. */
    static void write(SparkSession spark, int tokens, String path) {
        spark.range(0, tokens, 1, 8)
                .map((MapFunction<Long, Row>) TokenTable::token, Encoders.row(TOKENS))
                .write()
                .parquet(path);
    }

    private static Row token(long position) {
        Random random = new Random(position);
        return RowFactory.create(position, gaussians(random), gaussians(random), gaussians(random));
    }

    private static float[] gaussians(Random random) {
        float[] values = new float[Size.ROW_WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** A column of vectors in a row. */
    static float[] floats(Row row, int column) {
        List<Float> vector = row.getList(column);
        float[] floats = new float[vector.size()];
        int at = 0;
        for (float number : vector) {
            floats[at++] = number;
        }
        return floats;
    }

    /**
     * How far some rows of an output are from attention in float64, relative to the largest number of each.
     *
     * @param attended as written by a way; a row that is not there counts as infinitely far
     */
    static double error(Dataset<Row> tokens, Dataset<Row> attended, long... positions) {
        List<Row> all = tokens.orderBy("position").collectAsList();
        double worst = 0;
        for (long position : positions) {
            List<Row> found = attended.where("position = " + position).collectAsList();
            worst = Math.max(
                    worst,
                    found.size() == 1 ? error(all, position, floats(found.get(0), 1)) : Double.POSITIVE_INFINITY);
        }
        return worst;
    }

    private static double error(List<Row> tokens, long position, float[] output) {
        double[] expected = new double[Size.ROW_WIDTH];
        float[] query = floats(tokens.get((int) position), 1);
        double[] sums = new double[Size.HEADS];
        for (Row token : tokens) {
            float[] key = floats(token, 2);
            float[] value = floats(token, 3);
            for (int d = 0, head = 0; head < Size.HEADS; head++) {
                double score = 0;
                for (int w = 0; w < Size.WIDTH; w++) {
                    score += (double) query[d + w] * key[d + w];
                }
                double weight = Math.exp(score * Size.SCALE);
                sums[head] += weight;
                for (int w = 0; w < Size.WIDTH; w++, d++) {
                    expected[d] += weight * value[d];
                }
            }
        }
        double largest = 0;
        double furthest = 0;
        for (int d = 0; d < expected.length; d++) {
            expected[d] /= sums[d / Size.WIDTH];
            largest = Math.max(largest, Math.abs(expected[d]));
            furthest = Math.max(furthest, Math.abs(expected[d] - output[d]));
        }
        return furthest / largest;
    }
}
