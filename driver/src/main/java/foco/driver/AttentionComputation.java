package foco.driver;

import foco.driver.checkpoint.Checkpoint;
import foco.driver.metrics.AttentionJobs;
import foco.driver.metrics.AttentionMetrics;
import foco.driver.metrics.JobLabel;
import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Cluster;
import foco.driver.plan.Work;
import foco.driver.strategy.AttentionInput;
import foco.driver.strategy.HeadOutput;
import foco.driver.strategy.Meter;
import foco.driver.strategy.OutputSink;
import foco.driver.strategy.Strategy;
import foco.driver.strategy.TaskRecord;
import foco.kernels.AttentionSpec;
import foco.kernels.Kernels;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;

/** One computation of attention: what is to be done and is not done yet, by a strategy, into blocks that can be read. */
final class AttentionComputation {

    private final SparkContext context;
    private final AttentionSpec spec;
    private final AttentionInput input;
    private final Meter meter;
    private final BlockOrder order;
    private final Work work;
    private final Optional<Checkpoint> checkpoint;
    private final int found;
    private final Work missing;
    private final AttentionPlan plan;
    private final Strategy strategy;

    /**
     * Plans the computation.
     *
     * @param strategies gives the strategy that was planned
     * @param checkpointFolder where finished items are kept in place of Spark's block store, if anywhere
     * @throws IllegalArgumentException if it does not fit the cluster, saying what would
     */
    AttentionComputation(
            SparkContext context,
            AttentionSpec spec,
            FocoConf conf,
            AttentionInput input,
            Function<AttentionPlan, Strategy> strategies,
            Optional<String> checkpointFolder,
            Meter meter) {
        this.context = context;
        this.spec = spec;
        this.input = input;
        this.meter = meter;
        this.order = BlockOrder.of(input.queries().sequences(), conf.blockRows(), spec.outputRowWidth());
        this.work = Work.of(spec, input.queries().sequences(), input.keys().sequences(), conf.blockRows());
        this.checkpoint = checkpointFolder.map(
                folder -> Checkpoint.open(JavaSparkContext.fromSparkContext(context), folder, spec, conf, input, work));
        this.found = checkpoint.map(Checkpoint::held).orElse(0);
        this.missing =
                checkpoint.map(held -> work.only(item -> !held.holds(item))).orElse(work);
        Cluster cluster = Cluster.of(JavaSparkContext.fromSparkContext(context));
        this.plan = AttentionPlan.of(
                spec, missing, input.queries().sequences(), input.keys().sequences(), conf, cluster);
        this.strategy = strategies.apply(plan);
    }

    /** Finished attention: its blocks, kept by Spark or in the checkpoint. */
    record Finished(
            Strategy strategy,
            JavaRDD<OutputBlock> blocks,
            Optional<Checkpoint> checkpoint,
            AttentionSummary summary) {}

    /** @throws InvalidInputException if scores overflow */
    Finished run(long startNanos) {
        double pairOperations = 2.0 * (spec.keyWidth() + spec.valueWidth());
        double all = work.pairs() * pairOperations;
        double operations = missing.pairs() * pairOperations;
        try (JobLabel label = JobLabel.of(context, "attention%s", foundText());
                AttentionJobs.Described jobs =
                        new AttentionJobs(all, all - operations, pairOperations).describe(context)) {
            JavaRDD<OutputBlock> blocks = blocks(AttentionMetrics.of(context));
            try {
                List<Report> reports = reports(blocks);
                double seconds = (System.nanoTime() - startNanos) * 1e-9;
                return new Finished(strategy, blocks, checkpoint, summary(reports, seconds, operations));
            } catch (Throwable e) { // Spark throws checked exceptions undeclared
                blocks.unpersist();
                throw e;
            }
        } catch (Throwable e) {
            strategy.close();
            throw e;
        }
    }

    private String foundText() {
        return checkpoint.isEmpty()
                ? ""
                : " (%,d of %,d parts found in the checkpoint)"
                        .formatted(found, work.items().size());
    }

    private JavaRDD<OutputBlock> blocks(AttentionMetrics metrics) {
        AttentionSpec attention = spec;
        BlockOrder blockOrder = order;
        if (checkpoint.isPresent()) {
            return throughCheckpoint(checkpoint.get(), metrics)
                    .mapPartitions(grouped -> blockOrder.assemble(attention, grouped))
                    .setName("outputs");
        }
        return strategy.attend(new TaskRecord(OutputSink.toSpark(), metrics))
                .groupByKey(order)
                .mapPartitions(grouped -> blockOrder.assemble(attention, grouped))
                .setName("outputs")
                .persist(StorageLevel.MEMORY_AND_DISK());
    }

    /** Computes what the checkpoint lacks, and reads all from it. */
    private JavaPairRDD<Integer, Iterable<HeadOutput>> throughCheckpoint(Checkpoint held, AttentionMetrics metrics) {
        if (!missing.items().isEmpty()) {
            strategy.attend(new TaskRecord(held.sink(), metrics)).count();
            held.refresh();
        }
        return held.outputs(order.numPartitions());
    }

    /** What a task says of the blocks it has finished. */
    private record Report(long peakHeap, String kernel, String fault) implements Serializable {}

    private List<Report> reports(JavaRDD<OutputBlock> blocks) {
        AttentionSpec attention = spec;
        List<Report> reports = blocks.mapPartitions(
                        done -> List.of(report(attention, done)).iterator())
                .collect();
        strategy.release();
        reports.stream()
                .map(Report::fault)
                .filter(f -> !f.isEmpty())
                .findFirst()
                .ifPresent(fault -> {
                    throw new InvalidInputException(fault);
                });
        return reports;
    }

    private static Report report(AttentionSpec spec, Iterator<OutputBlock> blocks) {
        String fault = "";
        while (blocks.hasNext()) {
            OutputBlock block = blocks.next();
            for (int i = 0; i < block.lse().length && fault.isEmpty(); i++) {
                float lse = block.lse()[i];
                if (Float.isNaN(lse) || lse == Float.POSITIVE_INFINITY) {
                    fault =
                            ("The scores of position %d in head %d overflow float32; scale the queries or keys down, or "
                                            + "choose a smaller scale.")
                                    .formatted(block.firstPosition() + i / spec.heads(), i % spec.heads());
                }
            }
        }
        return new Report(peakHeap(), Kernels.create(spec).name(), fault);
    }

    private AttentionSummary summary(List<Report> reports, double seconds, double operations) {
        return new AttentionSummary(
                input.queries().sequences().positions(),
                input.keys().sequences().positions(),
                input.queries().sequences().count(),
                spec.heads(),
                work.items().size(),
                found,
                plan.strategy().tasks(),
                seconds,
                operations / seconds * 1e-9,
                Math.max(
                        peakHeap(),
                        reports.stream().mapToLong(Report::peakHeap).max().orElse(0)),
                reports.stream().map(Report::kernel).distinct().sorted().collect(Collectors.joining(" and ")),
                plan,
                meter.traffic(),
                meter.memory());
    }

    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
