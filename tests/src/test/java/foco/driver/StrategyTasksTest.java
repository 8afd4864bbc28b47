package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.Sequences;
import foco.driver.block.TokenBlocks;
import foco.driver.input.InputBlocks;
import foco.driver.meter.Meter;
import foco.driver.meter.TaskCheck;
import foco.driver.metrics.AttentionMetrics;
import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Cluster;
import foco.driver.plan.WorkItems;
import foco.driver.settings.FocoConf;
import foco.driver.strategy.AttentionInput;
import foco.driver.strategy.OutputSink;
import foco.driver.strategy.Strategy;
import foco.driver.sweep.AttentionSweep;
import foco.driver.sweep.HeadOutput;
import foco.driver.table.TokenTable;
import foco.kernels.AttentionSpec;
import foco.testing.SparkTest;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/** What the tasks of strategies do, and when. */
@SparkTest
class StrategyTasksTest {

    private static final AttentionSpec SPEC = AttentionSpec.of(2, 16).withKeyValueHeads(1);

    /** The pairs of which a task had told, as each of its outputs came. */
    private static final List<Long> TOLD = new CopyOnWriteArrayList<>();

    /** 6 items, of 128 queries and 384 keys, in one task. */
    private static void attend(SparkSession spark, String strategy, TaskCheck check, OutputSink<HeadOutput> sink) {
        spark.conf().set("spark.foco.block.rows", "128");
        spark.conf().set("spark.foco.strategy", strategy);
        spark.conf().set("spark.foco.partitions", "1");
        FocoConf conf = FocoConf.of(spark);
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Dataset<Row> table = new Tokens(SPEC).add("a", 384, 384, new Random(1)).table(spark);
        try (Meter meter = Meter.start(context);
                TokenBlocks blocks = TokenTable.read(
                        table, conf, Attention.query(SPEC), Attention.key(SPEC), Attention.value(SPEC))) {
            meter.before(check);
            AttentionInput input = new InputBlocks(SPEC, Optional.empty(), InputBlocks.Past.NONE).of(blocks);
            Sequences tokens = input.queries().sequences();
            WorkItems work = WorkItems.of(SPEC, tokens, tokens, conf.blockRows());
            AttentionPlan plan = AttentionPlan.of(SPEC, work, tokens, tokens, conf, Cluster.of(context));
            try (Strategy<HeadOutput> of = Strategy.of(plan, conf, input, new AttentionSweep(), context, meter)) {
                of.attend(sink).count();
            }
        }
    }

    private static Iterator<Tuple2<Integer, HeadOutput>> watched(Iterator<Tuple2<Integer, HeadOutput>> outputs) {
        while (outputs.hasNext()) {
            outputs.next();
            CollectionConverters.asJava(TaskContext.get().taskMetrics().accumulators()).stream()
                    .filter(counter -> counter.name().contains(AttentionMetrics.PAIRS))
                    .forEach(pairs -> TOLD.add((Long) pairs.value()));
        }
        return Collections.emptyIterator();
    }

    /** A task that finished all its items before it gives away the first would hold all outputs beside all states. */
    @ParameterizedTest
    @ValueSource(strings = {"broadcast", "stream", "by-sequence"})
    void aTaskFinishesAnItemWhenItsOutputIsAskedFor(String strategy, SparkSession spark) {
        TOLD.clear();
        attend(spark, strategy, TaskCheck.none(), StrategyTasksTest::watched);
        List<Long> items = List.of(1L, 2L, 3L, 4L, 5L, 6L);
        assertEquals(items.stream().map(done -> done * 128 * 384).toList(), TOLD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"broadcast", "stream", "split-keys", "by-sequence"})
    void anExecutorThatMayNotComputeFailsItsTasks(String strategy, SparkSession spark) {
        TaskCheck refusing = () -> {
            throw new IllegalStateException("not here");
        };
        Exception failed = assertThrows(Exception.class, () -> attend(spark, strategy, refusing, OutputSink.toSpark()));
        assertTrue(failed.getMessage().contains("not here"), failed.getMessage());
    }
}
