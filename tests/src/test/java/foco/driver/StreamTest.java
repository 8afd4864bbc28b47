package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.Sequences;
import foco.driver.block.TokenBlocks;
import foco.driver.metrics.AttentionMetrics;
import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Cluster;
import foco.driver.plan.Work;
import foco.driver.strategy.AttentionInput;
import foco.driver.strategy.HeadOutput;
import foco.driver.strategy.Meter;
import foco.driver.strategy.Strategy;
import foco.driver.table.TokenTable;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.util.ArrayList;
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
import org.junit.jupiter.api.Test;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/** Keys and values that stay where they lie give the bits that broadcast ones give. */
@SparkTest
class StreamTest {

    private static final AttentionSpec GROUPED =
            AttentionSpec.of(4, 24).withKeyValueHeads(2).withValueWidth(20).withMask(Mask.causal());

    private static int bits(SparkSession spark, String strategy, AttentionSpec spec, Dataset<Row> table) {
        spark.conf().set("spark.foco.strategy", strategy);
        try (AttentionResult result = Attention.of(spec).attend(table)) {
            return Tokens.bits(result);
        }
    }

    @Test
    void streamAndBroadcastAgreeToTheLastBitWhateverTheTasks(SparkSession spark) {
        spark.conf().set("spark.foco.block.rows", "128");
        Tokens tokens = new Tokens(GROUPED)
                .add("a", 3000, 3000, new Random(1))
                .add("b", 90, 90, new Random(2))
                .add("c", 500, 500, new Random(3));
        Dataset<Row> table = tokens.table(spark).cache();
        List<Integer> bits = new ArrayList<>();
        bits.add(bits(spark, "broadcast", GROUPED, table));
        for (String partitions : List.of("1", "25")) {
            spark.conf().set("spark.foco.partitions", partitions);
            bits.add(bits(spark, "stream", GROUPED, table));
        }
        assertEquals(1, bits.stream().distinct().count(), bits.toString());
        try (AttentionResult result = Attention.of(GROUPED).attend(table)) {
            Tokens.Errors errors = tokens.errors(result);
            assertTrue(errors.output() < 1e-6 && errors.lse() < 1e-5, errors.toString());
            assertEquals(3590, errors.rows());
        }
        table.unpersist();
    }

    /** The pairs of which the task had told, as each output came. */
    private static final List<Long> TOLD = new CopyOnWriteArrayList<>();

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
    @Test
    void aTaskFinishesAnItemWhenItsOutputIsAskedFor(SparkSession spark) {
        spark.conf().set("spark.foco.block.rows", "128");
        spark.conf().set("spark.foco.strategy", "stream");
        spark.conf().set("spark.foco.partitions", "1");
        AttentionSpec spec = AttentionSpec.of(2, 16).withKeyValueHeads(1);
        FocoConf conf = FocoConf.of(spark);
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        TOLD.clear();
        Dataset<Row> table = new Tokens(spec).add("a", 384, 384, new Random(1)).table(spark);
        try (Meter meter = Meter.start(context);
                TokenBlocks blocks = TokenTable.read(
                        table, conf, Attention.query(spec), Attention.key(spec), Attention.value(spec))) {
            AttentionInput input = new InputBlocks(spec, Optional.empty(), InputBlocks.Past.NONE).of(blocks);
            Sequences tokens = input.queries().sequences();
            Work work = Work.of(spec, tokens, tokens, conf.blockRows());
            AttentionPlan plan = AttentionPlan.of(spec, work, tokens, tokens, conf, Cluster.of(context));
            try (Strategy strategy = Strategy.of(plan, conf, input, context, meter)) {
                strategy.attend(StreamTest::watched).count();
            }
        }
        List<Long> one = List.of(1L, 2L, 3L, 4L, 5L, 6L);
        assertEquals(one.stream().map(items -> items * 128 * 384).toList(), TOLD);
    }

    @Test
    void narrowKeysAndLocalMasksStreamToo(SparkSession spark) {
        spark.conf().set("spark.foco.block.rows", "128");
        spark.conf().set("spark.foco.kv.type", "bf16");
        Mask mask = Mask.window(150, 0).or(Mask.global(5, 0)).and((head, query, key) -> (query + head) % 3 > 0);
        AttentionSpec spec = GROUPED.withMask(mask);
        Dataset<Row> table =
                new Tokens(spec).add("a", 1500, 1500, new Random(1)).table(spark);
        assertEquals(bits(spark, "broadcast", spec, table), bits(spark, "stream", spec, table));
    }
}
