package foco.driver.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.Sequences;
import foco.driver.settings.FocoConf;
import foco.driver.settings.StrategyKind;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How corpora, sequences of many lengths, are cut into tasks. */
class WorkPlanTest {

    private static final long GIB = 1L << 30;
    private static final Cluster CLUSTER = new Cluster(2, 4, 8 * GIB, 8 * GIB, false);
    private static final Cluster LARGE_CLUSTER = new Cluster(8, 8, 8 * GIB, 8 * GIB, false);

    private static Sequences sequences(long... lengths) {
        Map<String, Long> named = new HashMap<>();
        for (int s = 0; s < lengths.length; s++) {
            named.put("%05d".formatted(s), lengths[s]);
        }
        return Sequences.of(named);
    }

    private static long[] uniform(int count, int least, int most) {
        return new Random(count).longs(count, least, most + 1L).toArray();
    }

    private static long[] withOne(long length, long... others) {
        long[] all = Arrays.copyOf(others, others.length + 1);
        all[others.length / 2] = length;
        all[others.length] = others[others.length / 2];
        return all;
    }

    static Stream<Arguments> corpora() {
        Sequences broad = sequences(uniform(1000, 10, 20_000));
        Sequences skewed = sequences(withOne(200_000, uniform(4000, 32, 512)));
        Sequences brief = sequences(uniform(20_000, 32, 512));
        AttentionSpec wide = AttentionSpec.of(8, 64).withMask(Mask.causal());
        AttentionSpec grouped = AttentionSpec.of(12, 32).withKeyValueHeads(4);
        return Stream.of(
                Arguments.of("1,000 of 10 to 20,000", broad, wide, StrategyKind.BY_SEQUENCE),
                Arguments.of("1,000 of 10 to 20,000", broad, grouped, StrategyKind.BY_SEQUENCE),
                Arguments.of("one of 200,000", skewed, wide, StrategyKind.BROADCAST),
                Arguments.of("one of 200,000", skewed, grouped, StrategyKind.BROADCAST),
                Arguments.of("20,000 of 32 to 512", brief, grouped, StrategyKind.BY_SEQUENCE));
    }

    private static WorkPlan tasks(AttentionPlan plan) {
        if (plan.strategy() instanceof BySequencePlan bySequence) {
            return bySequence.workPlan();
        }
        return plan.strategy() instanceof StreamPlan stream
                ? stream.workPlan()
                : ((BroadcastPlan) plan.strategy()).rounds().get(0).tasks();
    }

    private static AttentionPlan plan(Sequences corpus, AttentionSpec spec, Map<String, String> settings) {
        return plan(corpus, spec, settings, CLUSTER);
    }

    private static AttentionPlan plan(
            Sequences corpus, AttentionSpec spec, Map<String, String> settings, Cluster cluster) {
        FocoConf conf = FocoConf.of(settings);
        WorkItems work = WorkItems.of(spec, corpus, corpus, conf.blockRows());
        return AttentionPlan.of(spec, work, corpus, corpus, conf, cluster);
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource("corpora")
    void tasksCostAbout(String name, Sequences corpus, AttentionSpec spec, StrategyKind chosen) {
        AttentionPlan plan = plan(corpus, spec, Map.of());
        assertEquals(chosen, plan.strategy().kind(), plan::explain);
        assertEven(plan);
        assertEven(plan(corpus, spec, Map.of("spark.foco.strategy", "stream")));
    }

    private static void assertEven(AttentionPlan plan) {
        WorkPlan tasks = tasks(plan);
        BitSet seen = new BitSet();
        long[] costs = IntStream.range(0, tasks.tasks())
                .mapToLong(task -> {
                    Arrays.stream(tasks.places(task)).forEach(seen::set);
                    return tasks.items(task).stream()
                            .mapToLong(item -> item.pairs() + 256L * item.queries())
                            .sum();
                })
                .sorted()
                .toArray();
        assertEquals(tasks.work().size(), seen.cardinality(), "each item is in a task");
        long median = costs[costs.length / 2];
        assertTrue(
                costs[costs.length - 1] <= 1.5 * median,
                () -> "the largest of %,d tasks costs %,d, their median %,d; %s"
                        .formatted(costs.length, costs[costs.length - 1], median, plan.explain()));
        assertTrue(costs.length >= 4 * CLUSTER.slots() - 1, plan::explain);
    }

    static Stream<Arguments> corporaOnClusters() {
        Sequences broad = sequences(uniform(10_000, 10, 20_000));
        Sequences skewed = sequences(withOne(200_000, uniform(2000, 32, 512)));
        AttentionSpec narrow = AttentionSpec.of(1, 32);
        return Stream.of(
                        narrow,
                        narrow.withMask(Mask.causal()),
                        AttentionSpec.of(4, 64).withMask(Mask.causal()))
                .flatMap(spec -> Stream.of(new Cluster(1, 2, 4 * GIB, 4 * GIB, true), CLUSTER, LARGE_CLUSTER)
                        .flatMap(cluster -> Stream.of(
                                Arguments.of("10,000 of 10 to 20,000", broad, spec, cluster),
                                Arguments.of("one of 200,000", skewed, spec, cluster))));
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource("corporaOnClusters")
    void theLargestTaskHasNoMoreThanOneAndAHalfTimesTheOperationsOfTheMedian(
            String name, Sequences corpus, AttentionSpec spec, Cluster cluster) {
        AttentionPlan plan = plan(corpus, spec, Map.of(), cluster);
        WorkPlan tasks = tasks(plan);
        long[] pairs = IntStream.range(0, tasks.tasks())
                .mapToLong(task ->
                        tasks.items(task).stream().mapToLong(WorkItem::pairs).sum())
                .sorted()
                .toArray();
        assertEquals(Arrays.stream(pairs).sum(), tasks.work().pairs(), "each item is in one task");
        assertTrue(pairs.length >= 2 * cluster.slots(), plan::explain);
        double ratio = (double) pairs[pairs.length - 1] / pairs[pairs.length / 2];
        assertTrue(ratio <= 1.5, () -> "%.2f; %s".formatted(ratio, plan.explain()));
    }

    /** Its tasks would spend their time on keys that others have read too. */
    @Test
    void aLongSequenceOnManyCoresIsNotReadByEveryTask() {
        Sequences skewed = sequences(withOne(200_000, uniform(2000, 32, 512)));
        AttentionSpec spec = AttentionSpec.of(1, 32).withMask(Mask.causal());
        Cluster small = new Cluster(1, 2, 4 * GIB, 4 * GIB, true);
        assertEquals(
                StrategyKind.BY_SEQUENCE,
                plan(skewed, spec, Map.of(), small).strategy().kind());
        assertEquals(
                StrategyKind.BROADCAST,
                plan(skewed, spec, Map.of(), LARGE_CLUSTER).strategy().kind());
    }

    /** Short rows take longer to be read than to be compared. */
    @Test
    void tasksCostTheSameWithTheKeysThatTheyRead() {
        Sequences skewed = sequences(withOne(200_000, uniform(2000, 32, 512)));
        AttentionSpec spec = AttentionSpec.of(1, 32).withMask(Mask.causal());
        AttentionPlan plan = plan(skewed, spec, Map.of(), new Cluster(1, 2, 4 * GIB, 4 * GIB, true));
        WorkPlan tasks = tasks(plan);
        double[] costs = IntStream.range(0, tasks.tasks())
                .mapToDouble(task ->
                        tasks.items(task).stream().mapToDouble(WorkItem::pairs).sum()
                                + 2000.0
                                        * tasks.items(task).stream()
                                                .mapToInt(WorkItem::sequence)
                                                .distinct()
                                                .mapToLong(skewed::length)
                                                .sum())
                .sorted()
                .toArray();
        double ratio = costs[costs.length - 1] / costs[costs.length / 2];
        assertTrue(ratio <= 1.1, () -> "%.2f; %s".formatted(ratio, Arrays.toString(costs)));
    }
}
