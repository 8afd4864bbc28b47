package foco.driver.strategy;

import foco.driver.block.BlockLayout;
import foco.driver.block.SelectedRdd;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.meter.Meter;
import foco.driver.meter.TaskMeter;
import foco.driver.plan.BySequencePlan;
import foco.driver.plan.WorkPlan;
import foco.driver.settings.FocoConf;
import foco.driver.shared.Shared;
import foco.driver.sweep.SequenceSweep;
import foco.driver.sweep.Sweep;
import foco.kernels.AttentionSpec;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * The strategy for many sequences, each short: a task reads the queries, keys and values of its sequences, one sequence
 * after another. Nothing is broadcast or pulled, and no outputs are shuffled.
 *
 * @param <T> what an item comes to
 */
final class BySequenceStrategy<T> implements Strategy<T> {

    private final AttentionSpec spec;
    private final FocoConf conf;
    private final BySequencePlan plan;
    private final AttentionInput input;
    private final Sweep<T> sweep;
    private final Meter meter;
    private Shared<SharedWork<T>> shared;

    BySequenceStrategy(
            AttentionSpec spec, FocoConf conf, BySequencePlan plan, AttentionInput input, Sweep<T> sweep, Meter meter) {
        this.spec = spec;
        this.conf = conf;
        this.plan = plan;
        this.input = input;
        this.sweep = sweep;
        this.meter = meter;
    }

    @Override
    public JavaPairRDD<Integer, T> attend(OutputSink<T> sink) {
        shared = meter.share(new SharedWork<>(plan.workPlan().work().specs(), sweep));
        Shared<SharedWork<T>> sent = shared;
        WorkPlan tasks = plan.workPlan();
        TaskMeter taskMeter = meter.ofTask();
        SequenceSweep.Columns columns = new SequenceSweep.Columns(
                input.source(spec),
                conf.keyValueType(),
                input.keyColumn(),
                input.valueColumn(),
                input.queries().sequences());
        JavaRDD<TokenBlock> queries = sequencesOfTasks(tasks, input.queries());
        JavaRDD<Tuple2<Integer, T>> outputs;
        if (input.queries() == input.keys()) {
            outputs = queries.mapPartitionsWithIndex(
                    (task, blocks) -> sink.take(new SequenceSweep<>(
                            columns,
                            tasks,
                            task,
                            sent.value().specs(),
                            sent.value().sweep(),
                            blocks,
                            Optional.empty(),
                            taskMeter)),
                    true);
        } else {
            outputs = queries.mapPartitionsWithIndex(
                            (task, blocks) -> List.of(new OfTask(task, blocks)).iterator(), true)
                    .zipPartitions(sequencesOfTasks(tasks, input.keys()), (ofQueries, ofKeys) -> {
                        OfTask own = ofQueries.next();
                        return sink.take(new SequenceSweep<>(
                                columns,
                                tasks,
                                own.task,
                                sent.value().specs(),
                                sent.value().sweep(),
                                own.blocks,
                                Optional.of(ofKeys),
                                taskMeter));
                    });
        }
        return JavaPairRDD.fromJavaRDD(outputs.setName(OUTPUTS));
    }

    /** The queries of a task. */
    private record OfTask(int task, Iterator<TokenBlock> blocks) {}

    /** For each task the partitions that hold its sequences, which may hold others too. */
    private static JavaRDD<TokenBlock> sequencesOfTasks(WorkPlan tasks, TokenBlocks tokens) {
        BlockLayout ofQueries = tasks.work().layout();
        BlockLayout layout = tokens.layout();
        int[][] partitions = Arrays.stream(tasks.blocksOfTasks())
                .map(blocks -> IntStream.of(blocks)
                        .map(ofQueries::sequence)
                        .distinct()
                        .flatMap(s -> IntStream.rangeClosed(
                                layout.partition(layout.firstBlockOf(s)),
                                layout.partition(layout.firstBlockOf(s + 1) - 1)))
                        .distinct()
                        .toArray())
                .toArray(int[][]::new);
        return SelectedRdd.of(tokens.blocks(), partitions);
    }

    @Override
    public void release() {
        if (shared != null) {
            shared.release();
        }
    }

    @Override
    public void close() {
        if (shared != null) {
            shared.close();
        }
    }
}
