package foco.driver.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.testing.SparkTest;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;

/** What tasks made is handed over to a driver in the same process. */
class CollectingTest {

    private static JavaRDD<Integer> rows(SparkSession spark) {
        return JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(List.of(1, 2, 3, 4, 5, 6), 3);
    }

    @Test
    @SparkTest
    void inOneProcessTheDriverIsGivenWhatTasksMade(SparkSession spark) {
        JavaRDD<float[]> made = rows(spark).map(row -> new float[] {row}).persist(StorageLevel.MEMORY_ONLY());
        List<List<float[]>> once = Collecting.partitions(made, new int[] {2, 0});
        List<List<float[]>> again = Collecting.partitions(made, new int[] {2});
        assertEquals(5, once.get(0).get(0)[0]);
        assertEquals(2, once.get(1).get(1)[0]);
        assertSame(once.get(0).get(0), again.get(0).get(0));
        made.unpersist();
    }

    @Test
    @SparkTest
    void aTaskThatFailsFailsTheCall(SparkSession spark) {
        JavaRDD<Integer> failing = rows(spark).map(row -> 1 / (row - 4));
        assertThrows(SparkException.class, () -> Collecting.partitions(failing, new int[] {0, 1}));
        assertEquals(List.of(List.of(0, 0)), Collecting.partitions(failing, new int[] {0}));
    }
}
