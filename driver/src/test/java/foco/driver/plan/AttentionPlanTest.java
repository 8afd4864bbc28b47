package foco.driver.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.Sequences;
import foco.driver.settings.FocoConf;
import foco.driver.settings.StrategyKind;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.KeyRanges;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AttentionPlanTest {

    private static final long GIB = 1L << 30;

    private static AttentionPlan plan(
            AttentionSpec spec, long queries, long keys, Map<String, String> settings, Cluster cluster) {
        FocoConf conf = FocoConf.of(settings);
        Sequences q = Sequences.of(Map.of("0", queries));
        Sequences k = Sequences.of(Map.of("0", keys));
        return AttentionPlan.of(spec, WorkItems.of(spec, q, k, conf.blockRows()), q, k, conf, cluster);
    }

    private static StrategyKind chosen(AttentionSpec spec, long queries, long keys, Cluster cluster) {
        return plan(spec, queries, keys, Map.of(), cluster).strategy().kind();
    }

    private static Cluster cluster(int executors, int cores, long executorHeap, long driverHeap) {
        return new Cluster(executors, cores, executorHeap, driverHeap, false);
    }

    @Test
    void theStrategyFollowsFromTheInputAndTheRoomForIt() {
        AttentionSpec spec = AttentionSpec.of(2, 64);
        Cluster large = cluster(4, 4, 8 * GIB, 8 * GIB);
        assertEquals(StrategyKind.BROADCAST, chosen(spec, 100_000, 100_000, large));
        assertEquals(StrategyKind.STREAM, chosen(spec, 100_000, 10_000_000, large));
        assertEquals(StrategyKind.STREAM, chosen(spec, 2_000_000, 2_000_000, cluster(4, 4, 8 * GIB, GIB)));
        assertEquals(StrategyKind.SPLIT_KEYS, chosen(spec, 700, 4_000_000, large));
        assertEquals(StrategyKind.SPLIT_KEYS, chosen(spec, 700, 4_000_000, cluster(1, 1, 2 * GIB, GIB)));
        assertEquals(StrategyKind.BROADCAST, chosen(spec, 700, 20_000, large));
    }

    @Test
    void moreItemsThanAnIntCountsAreRefusedBeforeAnyIsCounted() {
        AttentionSpec spec = AttentionSpec.of(64, 32);
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class,
                () -> chosen(spec, 100_000_000_000L, 100_000_000_000L, cluster(1, 1, GIB, GIB)));
        assertEquals(
                "130,208,334 blocks of 768 queries in 64 heads are more parts than the 2,147,483,647 that are planned;"
                        + " raise spark.foco.block.rows, or give fewer tokens or heads at a time",
                thrown.getMessage());
    }

    /** It rounds differently from the others: what a cluster has, or what is done already, may not decide. */
    @Test
    void splitKeysIsChosenByTheInputAlone() {
        Cluster tiny = cluster(1, 64, 600L << 20, 600L << 20);
        Cluster large = cluster(100, 16, 64 * GIB, 64 * GIB);
        AttentionSpec few = AttentionSpec.of(8, 128).withKeyValueHeads(1);
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> chosen(few, 768, 4_000_000, tiny));
        assertTrue(thrown.getMessage().startsWith("A task holds 6.1 MiB at least, and 64 tasks"), thrown.getMessage());
        assertEquals(StrategyKind.SPLIT_KEYS, chosen(few, 768, 4_000_000, large));
        AttentionSpec many = AttentionSpec.of(16, 128).withKeyValueHeads(1);
        assertEquals(StrategyKind.BROADCAST, chosen(many, 768, 4_000_000, large));
        assertEquals(StrategyKind.SPLIT_KEYS, chosen(many, 384, 4_000_000, large));
        // Of a broadcast, half a dozen items are left to do: it stays one.
        Sequences q = Sequences.of(Map.of("0", 768L));
        Sequences k = Sequences.of(Map.of("0", 4_000_000L));
        FocoConf conf = FocoConf.of(Map.of());
        WorkItems left = WorkItems.of(many, q, k, conf.blockRows()).only(item -> item.head() < 6);
        assertEquals(
                StrategyKind.BROADCAST,
                AttentionPlan.of(many, left, q, k, conf, large).strategy().kind());
    }

    /** 4 * 128 * 32 operations for each of n (n + 1) / 2 pairs. */
    @Test
    void tenMillionTokensArePlannedWithoutHoldingThem() {
        AttentionSpec spec = AttentionSpec.of(32, 128).withKeyValueHeads(8).withMask(Mask.causal());
        AttentionPlan plan = plan(spec, 10_000_000, 10_000_000, Map.of(), cluster(200, 16, 64 * GIB, 8 * GIB));
        assertEquals(StrategyKind.STREAM, plan.strategy().kind());
        double operations = 4.0 * 128 * 32 * (1e7 * (1e7 + 1) / 2);
        assertEquals(operations, plan.operations(), 1e-9 * operations);
        assertEquals(operations / (3200 * 30e9), plan.seconds(30), 1e-6);
        Memory memory = plan.strategy().memory();
        assertTrue(memory.executor(16) < 8 * GIB, plan::explain);
        assertEquals(8 * 10_000_000L * 256 * 4, plan.keyValueBytes(), 1e-3 * plan.keyValueBytes());
        assertTrue(plan.waves() >= 4, plan::explain);
        // A core computes for longer than a 10 Gbit/s network of 16 cores takes to bring what it computes on.
        double pulledByCore = (double) plan.strategy().traffic().pulled() / 3200;
        assertTrue(pulledByCore / (1.25e9 / 16) < plan.seconds(50), plan::explain);
    }

    /** Sent, a value is kept as it is read and as it is sent. */
    @Test
    void whatTasksShareIsSentToOtherProcessesOnly() {
        AttentionSpec plain = AttentionSpec.of(2, 64);
        AttentionSpec biased = plain.withScores(ScoreModifier.bias(1, 1000, 1000, new float[1_000_000]));
        long bytes = 4_000_000;
        for (boolean one : new boolean[] {true, false}) {
            Cluster cluster = new Cluster(one ? 1 : 4, 2, 8 * GIB, 8 * GIB, one);
            StrategyPlan with = plan(biased, 1000, 1000, Map.of(), cluster).strategy();
            StrategyPlan without = plan(plain, 1000, 1000, Map.of(), cluster).strategy();
            long keysAndValues = one ? 0 : 4 * 2 * 128 * 1000;
            assertEquals(keysAndValues, without.traffic().broadcast(), 0.05 * keysAndValues + 10_000);
            long sent = with.traffic().broadcast() - without.traffic().broadcast();
            long driver = with.memory().driver() - without.memory().driver();
            long blocks = with.memory().blocks() - without.memory().blocks();
            assertEquals(one ? 0 : bytes, sent, 10_000);
            assertEquals(one ? bytes : 2 * bytes, driver, 20_000);
            assertEquals(one ? bytes : 2 * bytes, blocks, 20_000);
        }
    }

    /** A driver of 1 GiB has room for 217 MiB of keys and values twice: five heads of eight. */
    @Test
    void aPlanTellsTheRoundsOfABroadcast() {
        AttentionSpec spec = AttentionSpec.of(8, 64).withMask(Mask.causal());
        String small = plan(spec, 65_536, 65_536, Map.of(), cluster(2, 1, 3 * GIB, GIB))
                .explain();
        assertTrue(small.startsWith("strategy   broadcast in 2 rounds: "), small);
        String large = plan(spec, 65_536, 65_536, Map.of(), cluster(2, 1, 3 * GIB, 4 * GIB))
                .explain();
        assertTrue(large.startsWith("strategy   broadcast: "), large);
    }

    @Test
    void causalRunsCostAlikeTheLargestFirst() {
        AttentionSpec spec = AttentionSpec.of(4, 64).withKeyValueHeads(2).withMask(Mask.causal());
        Map<String, String> settings = Map.of("spark.foco.strategy", "stream", "spark.foco.partitions", "40");
        AttentionPlan plan = plan(spec, 300_000, 300_000, settings, cluster(4, 4, 8 * GIB, 8 * GIB));
        WorkPlan tasks = ((StreamPlan) plan.strategy()).workPlan();
        List<Long> pairs = IntStream.range(0, tasks.tasks())
                .mapToObj(task ->
                        tasks.items(task).stream().mapToLong(WorkItem::pairs).sum())
                .toList();
        assertEquals(
                4 * (300_000L * 300_001 / 2),
                pairs.stream().mapToLong(Long::longValue).sum());
        long mean = 4 * (300_000L * 300_001 / 2) / pairs.size();
        assertTrue(Math.abs(pairs.size() - 40) <= 4, pairs.toString());
        assertTrue(pairs.get(0) < 1.2 * mean, pairs.toString());
        for (int task = 1; task < pairs.size(); task++) {
            // A task also has rows to read, which count besides their pairs.
            assertTrue(pairs.get(task) <= 1.05 * pairs.get(task - 1), pairs.toString());
        }
        for (int task = 0; task < pairs.size(); task++) {
            assertEquals(
                    1,
                    tasks.items(task).stream()
                            .map(item -> spec.keyValueHead(item.head()))
                            .distinct()
                            .count());
        }
    }

    @Test
    void whatCannotFitIsRefusedWithWhatWould() {
        AttentionSpec spec = AttentionSpec.of(1, 512);
        Cluster small = cluster(2, 16, 400L << 20, GIB);
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> plan(spec, 1_000_000, 1_000_000, Map.of(), small));
        assertTrue(
                thrown.getMessage()
                        .matches(
                                "A task holds .* at least, and 16 tasks at a time have room for .* each in"
                                        + " an executor of 400 MiB; give it .* GiB, fewer cores, or a smaller spark.foco.block.rows."),
                thrown.getMessage());
        assertEquals(StrategyKind.STREAM, chosen(spec, 1_000_000, 1_000_000, cluster(2, 1, 4 * GIB, GIB)));
    }

    /** Of 10 million tokens: 8 x 10^14 pairs, of which a plan asks a billionth. */
    @Test
    void aFunctionIsAskedAboutABoundedNumberOfPairs() {
        LongAdder asked = new LongAdder();
        Mask function = (head, query, key) -> {
            asked.increment();
            return key <= query && (query - key) % 3 == 0;
        };
        for (StrategyKind strategy : List.of(StrategyKind.BROADCAST, StrategyKind.STREAM)) {
            AttentionPlan plan = plan(
                    AttentionSpec.of(8, 64).withMask(function),
                    10_000_000,
                    10_000_000,
                    Map.of("spark.foco.strategy", strategy.toString()),
                    cluster(4, 4, 64 * GIB, 64 * GIB));
            plan.strategy().traffic();
            double operations = 4.0 * 64 * 8 * (1e7 * 1e7 / 6);
            assertEquals(operations, plan.operations(), 0.01 * operations);
            assertTrue(plan.explain().contains("estimated"), plan::explain);
            assertTrue(asked.sumThenReset() < 1.1 * (1 << 26));
        }
    }

    /** A mask of a kind is counted, for all heads together where they see the same. */
    @Test
    void aKindOfMaskIsCountedOnceForAQuery() {
        Sequences million = Sequences.of(Map.of("0", 1_000_000L));
        AtomicLong counted = new AtomicLong();
        AtomicLong asked = new AtomicLong();
        Mask strided = new CountingMask(Mask.strided(128, 0), counted, asked);
        WorkItems work = WorkItems.of(AttentionSpec.of(8, 64).withMask(strided), million, million, 768);
        long pairs = LongStream.range(0, 1_000_000)
                .map(query -> Math.min(query + 1, 128 + query / 128))
                .sum();
        assertEquals(8 * pairs, work.pairs());
        assertFalse(work.isEstimated());
        assertEquals(1_000_000, counted.get());
        assertTrue(asked.get() <= 1, "a pair is asked about to see that the mask has enough heads");
    }

    /** Counts what another is asked. */
    private record CountingMask(Mask mask, AtomicLong counted, AtomicLong asked) implements Mask {

        @Override
        public boolean allows(int head, long query, long key) {
            asked.incrementAndGet();
            return mask.allows(head, query, key);
        }

        @Override
        public long seen(int head, long query, KeyRanges keys) {
            counted.incrementAndGet();
            return mask.seen(head, query, keys);
        }

        @Override
        public boolean isCounted() {
            return mask.isCounted();
        }

        @Override
        public boolean isAlikeForHeads() {
            return mask.isAlikeForHeads();
        }
    }
}
