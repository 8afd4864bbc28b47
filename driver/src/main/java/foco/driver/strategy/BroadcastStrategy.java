package foco.driver.strategy;

import foco.driver.block.Sequences;
import foco.driver.cluster.Collecting;
import foco.driver.meter.Meter;
import foco.driver.meter.SequenceKernel;
import foco.driver.meter.TaskMeter;
import foco.driver.metrics.JobLabel;
import foco.driver.plan.BroadcastPlan;
import foco.driver.plan.BroadcastPlan.Round;
import foco.driver.plan.WorkItem;
import foco.driver.plan.WorkItems;
import foco.driver.settings.FocoConf;
import foco.driver.shared.Shared;
import foco.driver.sweep.ItemRows;
import foco.driver.sweep.ItemSweep;
import foco.driver.sweep.PackedBlock;
import foco.driver.sweep.Sweep;
import foco.kernels.AttentionSpec;
import foco.kernels.tile.StoredBlock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The strategy for keys and values that fit in an executor. They are packed where they lie and broadcast a few heads at
 * a time; every task sweeps them with its queries.
 *
 * @param <T> what an item comes to
 */
final class BroadcastStrategy<T> implements Strategy<T> {

    /** Packed blocks fetched to the driver in one job, to stay well below {@code spark.driver.maxResultSize}. */
    private static final long FETCH_BYTES = 256L << 20;

    private final AttentionSpec spec;
    private final FocoConf conf;
    private final BroadcastPlan plan;
    private final AttentionInput input;
    private final Sweep<T> sweep;
    private final JavaSparkContext context;
    private final Meter meter;
    private final List<Shared<?>> sent = new ArrayList<>();
    private final List<JavaPairRDD<Integer, T>> rounds = new ArrayList<>();

    BroadcastStrategy(
            AttentionSpec spec,
            FocoConf conf,
            BroadcastPlan plan,
            AttentionInput input,
            Sweep<T> sweep,
            JavaSparkContext context,
            Meter meter) {
        this.spec = spec;
        this.conf = conf;
        this.plan = plan;
        this.input = input;
        this.sweep = sweep;
        this.context = context;
        this.meter = meter;
    }

    @Override
    public JavaPairRDD<Integer, T> attend(OutputSink<T> sink) {
        Shared<SharedWork<T>> shared = meter.share(new SharedWork<>(plan.specs(), sweep));
        sent.add(shared);
        for (int r = 0; r < plan.rounds().size(); r++) {
            rounds.add(
                    round(plan.rounds().get(r), shared, sink, r == plan.rounds().size() - 1));
        }
        return rounds.stream().reduce(JavaPairRDD::union).orElseThrow();
    }

    private JavaPairRDD<Integer, T> round(Round round, Shared<SharedWork<T>> shared, OutputSink<T> sink, boolean last) {
        Shared<StoredBlock[][][]> packed = meter.share(pack(round));
        sent.add(packed);
        WorkItems work = round.tasks().work();
        int firstHead = round.firstHead();
        int[] keySequence = input.keySequences();
        TaskMeter taskMeter = meter.ofTask();
        JavaPairRDD<Integer, T> outputs = ItemQueries.of(spec, input, round.tasks())
                .mapPartitionsToPair(items -> sink.take(
                        outcomes(work, shared.value(), firstHead, keySequence, packed.value(), items, taskMeter)))
                .setName(OUTPUTS);
        if (last) {
            return outputs;
        }
        // The next round's keys and values take this one's room, so its outputs must be done and kept first.
        outputs.persist(StorageLevel.MEMORY_AND_DISK());
        try (JobLabel label = JobLabel.of(context.sc(), "%s", round.name())) {
            outputs.count();
        }
        packed.release();
        return outputs;
    }

    private static <T> Iterator<Tuple2<Integer, T>> outcomes(
            WorkItems work,
            SharedWork<T> shared,
            int firstHead,
            int[] keySequence,
            StoredBlock[][][] packed,
            Iterator<ItemRows> items,
            TaskMeter meter) {
        SequenceKernel kernel = new SequenceKernel(meter);
        Iterable<ItemRows> all = () -> items;
        return StreamSupport.stream(all.spliterator(), false)
                .map(placed -> {
                    WorkItem item = work.item(placed.place());
                    AttentionSpec spec = shared.specs().get(item.sequence());
                    StoredBlock[] blocks =
                            packed[spec.keyValueHead(item.head()) - firstHead][keySequence[item.sequence()]];
                    ItemSweep<T> sweep = shared.sweep().begin(spec, item, placed, blocks.length);
                    for (int b = 0; b < blocks.length; b++) {
                        sweep.take(kernel, b, blocks[b].floats());
                    }
                    meter.holds(sweep.bytes() + Math.max(blocks[0].widenedBytes(), sweep.outputBytes()));
                    return new Tuple2<>(item.block(), sweep.finish(kernel));
                })
                .iterator();
    }

    /** Packs keys and values on the executors and gathers them: {@code [head][sequence][block]}. */
    private StoredBlock[][][] pack(Round round) {
        Sequences sequences = input.keys().sequences();
        int[] firstBlocks = sequences.firstBlocks(conf.blockRows());
        StoredBlock[][][] gathered = new StoredBlock[round.heads()][sequences.count()][];
        for (int s = 0; s < sequences.count(); s++) {
            for (int h = 0; h < round.heads(); h++) {
                gathered[h][s] = new StoredBlock[firstBlocks[s + 1] - firstBlocks[s]];
            }
        }
        JavaRDD<PackedBlock> packed = PackedBlock.of(
                spec,
                conf.keyValueType(),
                conf.blockRows(),
                input.keys(),
                input.keyColumn(),
                input.valueColumn(),
                round.firstHead(),
                round.heads());
        int partitions = packed.getNumPartitions();
        int atOnce = (int) Math.max(1, Math.min(partitions, FETCH_BYTES * partitions / round.bytes()));
        try (JobLabel label = JobLabel.of(context.sc(), "packing keys and values of %s", round.name())) {
            for (int p = 0; p < partitions; p += atOnce) {
                int[] some =
                        IntStream.range(p, Math.min(partitions, p + atOnce)).toArray();
                for (List<PackedBlock> blocks : Collecting.partitions(packed, some)) {
                    for (PackedBlock block : blocks) {
                        gathered[block.head() - round.firstHead()][block.sequence()][block.block()] = block.content();
                    }
                }
            }
        }
        return gathered;
    }

    @Override
    public void release() {
        sent.forEach(Shared::release);
        rounds.forEach(JavaPairRDD::unpersist);
    }

    @Override
    public void close() {
        release();
        sent.forEach(Shared::close);
    }
}
