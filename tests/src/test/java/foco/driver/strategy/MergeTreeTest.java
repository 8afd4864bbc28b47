package foco.driver.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.strategy.MergeTree.Partial;
import foco.driver.sweep.AttentionSweep;
import foco.driver.sweep.HeadOutput;
import foco.kernels.AttentionSpec;
import foco.kernels.breeze.ReferenceAttention;
import foco.kernels.machine.Kernels;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import foco.testing.SparkTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

/** Many levels of a tree over small parts of keys; a real one has them from 65 parts of 32 MiB on. */
@SparkTest
class MergeTreeTest {

    private static final AttentionSpec SPEC = AttentionSpec.of(1, 16).withSinks(0.5f);
    private static final int QUERIES = 5;

    /** Of one item: another has the places after it. */
    private static final int PARTS = 150;

    private static final int KEYS = 7;

    private final Random random = new Random(17);
    private final float[] queries = numbers(QUERIES);
    private final float[] keys = numbers(PARTS * KEYS);
    private final float[] values = numbers(PARTS * KEYS);

    private float[] numbers(int rows) {
        float[] numbers = new float[rows * SPEC.keyWidth()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    /** Item 0 reads keys from the first on, item 1 the same ones from the last on. */
    private List<Tuple2<Integer, Partial<HeadOutput>>> partials() {
        int width = SPEC.keyWidth();
        QueryBlock packed = QueryBlock.pack(SPEC, 0, 0, QUERIES, queries, 0, width);
        List<Tuple2<Integer, Partial<HeadOutput>>> partials = new ArrayList<>();
        for (int part = 0; part < PARTS; part++) {
            int at = part * KEYS * width;
            KeyValueBlock block =
                    KeyValueBlock.pack((long) part * KEYS, KEYS, keys, at, width, width, values, at, width, width);
            for (int item = 0; item < 2; item++) {
                SoftmaxState state = SoftmaxState.of(SPEC, 0, QUERIES);
                Kernels.create(SPEC).attend(packed, block, state);
                int place = item == 0 ? part : 2 * PARTS - 1 - part;
                partials.add(new Tuple2<>(item, new Partial<>(place, new AttentionSweep.Part(0, state))));
            }
        }
        Collections.shuffle(partials, random);
        return partials;
    }

    @Test
    void manyLevelsGiveTheStateOverAllKeysWhateverTheTasks(SparkSession spark) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        double[] due = ReferenceAttention.attend(SPEC, 0, 0, doubles(queries), doubles(keys), doubles(values))
                .output();
        Set<Integer> bits = new HashSet<>();
        for (int slots : new int[] {1, 5}) {
            MergeTree tree = new MergeTree(2 * PARTS, 4, 2, slots);
            Map<Integer, HeadOutput> merged =
                    tree.merge(context.parallelizePairs(partials(), 2 * slots)).collectAsMap();
            assertEquals(Set.of(0, 1), merged.keySet());
            merged.forEach((item, outcome) -> {
                float[] output = outcome.output();
                for (int i = 0; i < due.length; i++) {
                    assertEquals(due[i], output[i], 1e-6, "item " + item);
                }
            });
            bits.add(Arrays.hashCode(merged.get(0).output()) * 31
                    + Arrays.hashCode(merged.get(1).output()));
        }
        assertEquals(1, bits.size());
    }

    /** As many levels as it takes for no step to merge more than a few states: 300, 75, 19, 5, 2. */
    @Test
    void noStepMergesMoreThanSome(SparkSession spark) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        String lineage = new MergeTree(2 * PARTS, 4, 2, 2)
                .merge(context.parallelizePairs(partials(), 2))
                .toDebugString();
        assertEquals(
                5, lineage.lines().filter(line -> line.contains("ShuffledRDD")).count(), lineage);
        assertTrue(new MergeTree(4, 4, 2, 2)
                        .merge(context.parallelizePairs(partials(), 2))
                        .toDebugString()
                        .lines()
                        .filter(line -> line.contains("ShuffledRDD"))
                        .count()
                == 1);
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }
}
