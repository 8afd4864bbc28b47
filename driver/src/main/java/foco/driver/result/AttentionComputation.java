package foco.driver.result;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.BlockLayout;
import foco.driver.block.InvalidInputException;
import foco.driver.block.SelectedRdd;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlock;
import foco.driver.checkpoint.AttentionItems;
import foco.driver.checkpoint.Checkpoint;
import foco.driver.checkpoint.CheckpointLock;
import foco.driver.cluster.Fetching;
import foco.driver.meter.Meter;
import foco.driver.meter.ProcessMemory;
import foco.driver.metrics.AttentionJobs;
import foco.driver.metrics.JobLabel;
import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Cluster;
import foco.driver.plan.WorkItems;
import foco.driver.plan.WorkPlan;
import foco.driver.settings.FocoConf;
import foco.driver.shared.Shared;
import foco.driver.strategy.AttentionInput;
import foco.driver.strategy.OutputSink;
import foco.driver.strategy.Strategy;
import foco.driver.sweep.AttentionSweep;
import foco.driver.sweep.HeadOutput;
import foco.kernels.AttentionSpec;
import foco.kernels.machine.Kernels;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;

/** One computation of attention: what is to be done and is not done yet, planned, and done by the strategy planned. */
public final class AttentionComputation {

    private final SparkContext context;
    private final AttentionSpec spec;
    private final FocoConf conf;
    private final AttentionInput input;
    private final Meter meter;
    private final BlockOrder order;
    private final WorkItems work;
    private final Optional<Checkpoint<HeadOutput>> checkpoint;
    private final int found;
    private final WorkItems missing;

    /** @param checkpointLock of the folder where finished items are kept in place of Spark's block store, if anywhere */
    public AttentionComputation(
            SparkContext context,
            AttentionSpec spec,
            FocoConf conf,
            AttentionInput input,
            Optional<CheckpointLock> checkpointLock,
            Meter meter) {
        this.context = context;
        this.spec = spec;
        this.conf = conf;
        this.input = input;
        this.meter = meter;
        Sequences queries = input.queries().sequences();
        this.order = BlockOrder.of(
                input.queries().layout(),
                queries,
                spec.outputRowWidth(),
                Fetching.of(context).partitionBytes());
        this.work = WorkItems.of(spec, queries, input.keys().sequences(), conf.blockRows());
        this.checkpoint = checkpointLock.map(lock -> Checkpoint.open(
                JavaSparkContext.fromSparkContext(context),
                lock,
                spec,
                conf,
                input,
                new AttentionSweep(),
                new AttentionItems(spec.valueWidth()),
                work,
                plan(work).strategy()));
        checkpoint.map(Checkpoint::taskCheck).ifPresent(meter::before);
        this.found = checkpoint.map(Checkpoint::held).orElse(0);
        this.missing =
                checkpoint.map(held -> work.only(item -> !held.holds(item))).orElse(work);
    }

    /**
     * Outputs in their order.
     *
     * @param blocks in the order of sequences and positions
     * @param kept what Spark keeps of them, to be freed with them
     * @param partitions the partition of {@code blocks} that each block lies in
     */
    public record Outputs(JavaRDD<OutputBlock> blocks, JavaRDD<OutputBlock> kept, int[] partitions) {

        public void free() {
            kept.unpersist();
        }

        /** The same, which Spark refuses to read once something is closed. */
        public Outputs whileIs(Open open) {
            return new Outputs(new OpenRdd<>(blocks.rdd(), OutputBlock.class, open).toJavaRDD(), kept, partitions);
        }

        /** Some numbers of an output, all rows of a block one after another. */
        @FunctionalInterface
        public interface Numbers extends Serializable {
            float[] of(OutputBlock block);
        }

        /** Some numbers of the outputs, each block in the partition that a layout says. */
        public JavaRDD<TokenBlock> byLayout(BlockLayout layout, Numbers numbers) {
            int[][] parents = IntStream.range(0, layout.partitions())
                    .mapToObj(p -> IntStream.range(layout.firstBlock(p), layout.firstBlock(p + 1))
                            .map(block -> partitions[block])
                            .distinct()
                            .toArray())
                    .toArray(int[][]::new);
            return SelectedRdd.of(blocks, parents)
                    .mapPartitionsWithIndex((p, some) -> new Wanted(layout, p, some), true)
                    .map(block ->
                            new TokenBlock(block.sequence(), block.firstPosition(), block.rows(), numbers.of(block)));
        }
    }

    /** Those of some blocks that lie in a partition of a layout. */
    private static final class Wanted implements Iterator<OutputBlock> {

        private final BlockLayout layout;
        private final int partition;
        private final Iterator<OutputBlock> blocks;
        private OutputBlock next;

        Wanted(BlockLayout layout, int partition, Iterator<OutputBlock> blocks) {
            this.layout = layout;
            this.partition = partition;
            this.blocks = blocks;
        }

        @Override
        public boolean hasNext() {
            while (next == null && blocks.hasNext()) {
                OutputBlock block = blocks.next();
                int number = layout.number(block.sequenceIndex(), block.firstPosition());
                next = layout.partition(number) == partition ? block : null;
            }
            return next != null;
        }

        @Override
        public OutputBlock next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            OutputBlock block = next;
            next = null;
            return block;
        }
    }

    /**
     * Finished attention.
     *
     * @param outputs kept by Spark, or in the checkpoint
     * @param strategy to be closed with them
     */
    public record Finished(
            Outputs outputs,
            Strategy<HeadOutput> strategy,
            Optional<Checkpoint<HeadOutput>> checkpoint,
            AttentionSummary summary) {}

    /**
     * Computes.
     *
     * @param strategies gives the strategy that was planned
     * @throws InvalidInputException if scores overflow
     */
    public Finished run(Function<AttentionPlan, Strategy<HeadOutput>> strategies, long startNanos) {
        AttentionPlan plan = plan(missing);
        Strategy<HeadOutput> strategy = strategies.apply(plan);
        try (JobLabel label = JobLabel.of(context, "attention%s", foundText());
                AttentionJobs.Described jobs = jobs().describe(context)) {
            return run(plan, strategy, startNanos);
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            strategy.close();
            throw e;
        }
    }

    private AttentionPlan plan(WorkItems toDo) {
        Cluster cluster = Cluster.of(JavaSparkContext.fromSparkContext(context));
        long rotaryBytes = input.rotary().map(Shared::value).map(Shared::bytes).orElse(0L);
        return AttentionPlan.of(
                spec, toDo, input.queries().sequences(), input.keys().sequences(), conf, cluster, rotaryBytes);
    }

    private String foundText() {
        return checkpoint.isEmpty()
                ? ""
                : " (%,d of %,d parts found in the checkpoint)"
                        .formatted(found, work.items().size());
    }

    private AttentionJobs jobs() {
        double pairOperations = 2.0 * (spec.keyWidth() + spec.valueWidth());
        double all = work.pairs() * pairOperations;
        return new AttentionJobs(all, all - missing.pairs() * pairOperations, pairOperations);
    }

    private Finished run(AttentionPlan plan, Strategy<HeadOutput> strategy, long startNanos) {
        Outputs outputs = outputs(plan, strategy);
        try {
            List<Report> reports = reports(outputs.kept);
            strategy.release();
            double seconds = (System.nanoTime() - startNanos) * 1e-9;
            return new Finished(outputs, strategy, checkpoint, summary(plan, reports, seconds));
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            outputs.free();
            throw e;
        }
    }

    private Outputs outputs(AttentionPlan plan, Strategy<HeadOutput> strategy) {
        AttentionSpec shapes = spec.shapes();
        BlockOrder blockOrder = order;
        Optional<WorkPlan> whole =
                checkpoint.isPresent() ? Optional.empty() : plan.strategy().wholeBlocks();
        if (whole.isPresent()) {
            JavaRDD<OutputBlock> byTask = strategy.attend(OutputSink.toSpark())
                    .mapPartitions(outputs -> blockOrder.assembleInTurn(shapes, outputs))
                    .setName("outputs")
                    .persist(StorageLevel.MEMORY_AND_DISK());
            return new Outputs(
                    SelectedRdd.inOrder(byTask, whole.get().blockOrder()),
                    byTask,
                    whole.get().runsOfBlocks());
        }
        JavaRDD<OutputBlock> blocks = (checkpoint.isPresent()
                        ? throughCheckpoint(checkpoint.get(), strategy)
                        : strategy.attend(OutputSink.toSpark()).groupByKey(order))
                .mapPartitions(grouped -> blockOrder.assemble(shapes, grouped))
                .setName("outputs");
        int[] partitions =
                IntStream.range(0, work.blocks()).map(order::getPartition).toArray();
        return checkpoint.isPresent()
                ? new Outputs(blocks, blocks, partitions)
                : new Outputs(blocks, blocks.persist(StorageLevel.MEMORY_AND_DISK()), partitions);
    }

    /** Computes what the checkpoint lacks, and reads all from it. */
    private JavaPairRDD<Integer, Iterable<HeadOutput>> throughCheckpoint(
            Checkpoint<HeadOutput> held, Strategy<HeadOutput> strategy) {
        if (!missing.items().isEmpty()) {
            strategy.attend(held.sink()).count();
            held.refresh();
        }
        return held.outcomes(order);
    }

    /** What a task says of the blocks it has finished. */
    @DefaultSerializer(JavaSerializer.class)
    private record Report(ProcessMemory peak, String kernel, String fault) implements Serializable {}

    private List<Report> reports(JavaRDD<OutputBlock> blocks) {
        AttentionSpec shapes = spec.shapes();
        List<Report> reports = blocks.mapPartitions(
                        done -> List.of(report(shapes, done)).iterator())
                .collect();
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
        return new Report(ProcessMemory.peak(), Kernels.create(spec).name(), fault);
    }

    private AttentionSummary summary(AttentionPlan plan, List<Report> reports, double seconds) {
        return new AttentionSummary(
                input.queries().sequences().positions(),
                input.keys().sequences().positions(),
                input.queries().sequences().count(),
                spec.heads(),
                work.items().size(),
                found,
                missing.items().isEmpty() ? 0 : plan.strategy().tasks(),
                seconds,
                plan.operations() / seconds * 1e-9,
                reports.stream().map(Report::peak).reduce(ProcessMemory.peak(), ProcessMemory::max),
                reports.stream().map(Report::kernel).distinct().sorted().collect(Collectors.joining(" and ")),
                plan,
                meter.traffic(),
                meter.memory());
    }
}
