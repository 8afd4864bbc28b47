package foco.driver.ml;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.function.Executable;
import scala.collection.Seq;

/** Tables for the suites of stages, and what these ask of all stages. */
final class StageTables {

    private StageTables() {}

    /** {@code sequence, place, note} and vector columns so wide, of two sequences of 30 and 17 tokens in random order. */
    static Dataset<Row> tokens(SparkSession spark, String kind, Map<String, Integer> widths) {
        Random random = new Random(5);
        StructType schema =
                new StructType().add("sequence", "string").add("place", "int").add("note", "string");
        List<String> names = widths.keySet().stream().sorted().toList();
        for (String name : names) {
            schema = schema.add(name, "array<float>");
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 47; i++) {
            List<Object> cells = new ArrayList<>(List.of(i < 30 ? "a" : "b", i < 30 ? i : i - 30, "note " + i));
            for (String name : names) {
                float[] vector = new float[widths.get(name)];
                for (int j = 0; j < vector.length; j++) {
                    vector[j] = (float) random.nextGaussian();
                }
                cells.add(vector);
            }
            rows.add(RowFactory.create(cells.toArray()));
        }
        Collections.shuffle(rows, random);
        Dataset<Row> table = spark.createDataFrame(rows, schema);
        for (String name : names) {
            table = table.withColumn(name, as(kind, col(name)));
        }
        return table;
    }

    static Column as(String kind, Column floats) {
        return switch (kind) {
            case "vector" -> functions.array_to_vector(floats.cast("array<double>"));
            case "array<double>" -> floats.cast("array<double>");
            default -> floats;
        };
    }

    /** A column's vectors by the columns that name a row. */
    static Map<String, float[]> vectors(Dataset<Row> table, String column, String... keys) {
        Map<String, float[]> all = new HashMap<>();
        for (Row row : table.collectAsList()) {
            StringBuilder key = new StringBuilder();
            for (String name : keys) {
                key.append(row.get(row.fieldIndex(name))).append(' ');
            }
            all.put(key.toString(), floats(row.get(row.fieldIndex(column))));
        }
        return all;
    }

    private static float[] floats(Object vector) {
        if (vector instanceof Vector numbers) {
            float[] floats = new float[numbers.size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) numbers.apply(i);
            }
            return floats;
        }
        Seq<?> numbers = (Seq<?>) vector;
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = ((Number) numbers.apply(i)).floatValue();
        }
        return floats;
    }

    static void assertSameBits(Map<String, float[]> expected, Map<String, float[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((key, vector) -> assertArrayEquals(vector, actual.get(key), key));
    }

    /** Whether all params are documented, and a copy has what the stage has and no more. */
    static void assertParams(Transformer stage) {
        for (Param<?> param : stage.params()) {
            assertTrue(param.doc().length() > 10, param.name());
            assertTrue(stage.explainParam(param).startsWith(param.name() + ": "), param.name());
        }
        Transformer copy = stage.copy(new ParamMap());
        assertEquals(stage.uid(), copy.uid());
        assertEquals(stage.explainParams(), copy.explainParams());
    }

    static void assertRefused(String message, Executable call) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, call);
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }
}
