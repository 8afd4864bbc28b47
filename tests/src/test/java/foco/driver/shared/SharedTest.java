package foco.driver.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.cluster.SparkInternals;
import foco.testing.SparkTest;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** What tasks are given of a shared value within one process. */
class SharedTest {

    private static final int MIB = 1 << 20;

    /** So little room for blocks that 90 MiB fit: what Spark takes for the heap, less 300 MiB, and of that 0.6. */
    private static final String SMALL_HEAP = "spark.testing.memory=471859200";

    private static final class Numbers implements Serializable {

        private final byte[] numbers;

        Numbers(int size, int value) {
            this.numbers = new byte[size];
            Arrays.fill(numbers, (byte) value);
        }

        boolean holds(int size, int value) {
            return numbers.length == size && numbers[0] == value && numbers[size - 1] == value;
        }
    }

    private static boolean allTasksRead(SparkSession spark, Shared<Numbers> shared, int size, int value) {
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(List.of(1, 2, 3, 4), 4)
                .map(task -> shared.value().holds(size, value))
                .collect()
                .stream()
                .allMatch(held -> held);
    }

    @Test
    @SparkTest
    void inOneProcessTasksReadTheDriversOwnAndNoBytesAreMade(SparkSession spark) {
        Numbers numbers = new Numbers(8 * MIB, 7);
        try (Shared<Numbers> shared = Shared.of(spark.sparkContext(), numbers)) {
            int own = System.identityHashCode(numbers);
            List<Integer> ofTasks = JavaSparkContext.fromSparkContext(spark.sparkContext())
                    .parallelize(List.of(1, 2), 2)
                    .map(task -> System.identityHashCode(shared.value()))
                    .collect();
            assertEquals(List.of(own, own), ofTasks);
            long held = SparkInternals.broadcastInMemory(shared.id());
            assertTrue(held >= 8 * MIB && held < 9 * MIB, "held " + held);
            shared.release();
            assertTrue(allTasksRead(spark, shared, 8 * MIB, 7));
        }
    }

    @Test
    @SparkTest(conf = SMALL_HEAP)
    void whatMakesRoomForOthersIsReadBack(SparkSession spark) {
        List<Shared<Numbers>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(Shared.of(spark.sparkContext(), new Numbers(40 * MIB, i)));
        }
        assertFalse(SparkInternals.isInMemory(all.get(0).id()));
        assertTrue(SparkInternals.isInMemory(all.get(3).id()));
        IntStream.range(0, 4).forEach(i -> assertTrue(allTasksRead(spark, all.get(i), 40 * MIB, i), "value " + i));
        all.forEach(Shared::close);
    }

    @Test
    @SparkTest(conf = SMALL_HEAP)
    void aValueLargerThanTheRoomForBlocksIsSentAsToOthers(SparkSession spark) {
        try (Shared<Numbers> shared = Shared.of(spark.sparkContext(), new Numbers(120 * MIB, 5))) {
            assertFalse(SparkInternals.isInMemory(shared.id()));
            assertTrue(allTasksRead(spark, shared, 120 * MIB, 5));
        }
    }
}
