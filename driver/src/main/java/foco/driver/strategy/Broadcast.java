package foco.driver.strategy;

import foco.driver.FocoConf;
import foco.driver.metrics.AttentionMetrics;
import foco.driver.metrics.JobLabel;
import foco.driver.plan.Work;
import foco.driver.plan.WorkItem;
import foco.driver.plan.WorkPlan;
import foco.driver.table.Sequences;
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
 */
public final class Broadcast implements Strategy {

    /** Packed blocks fetched to the driver in one job, to stay well below {@code spark.driver.maxResultSize}. */
    private static final long FETCH_BYTES = 256L << 20;

    private final AttentionSpec spec;
    private final FocoConf conf;
    private final JavaSparkContext context;
    private final List<org.apache.spark.broadcast.Broadcast<StoredBlock[][][]>> sent = new ArrayList<>();
    private final List<JavaPairRDD<Integer, HeadOutput>> rounds = new ArrayList<>();
    private int tasks;

    public Broadcast(AttentionSpec spec, FocoConf conf, JavaSparkContext context) {
        this.spec = spec;
        this.conf = conf;
        this.context = context;
    }

    /** A round of work: some key/value heads, and the query heads that read them. */
    private record Round(int firstHead, int heads, Work work) {
        @Override
        public String toString() {
            return heads == 1
                    ? "key/value head %d".formatted(firstHead)
                    : "key/value heads %d to %d".formatted(firstHead, firstHead + heads - 1);
        }
    }

    @Override
    public JavaPairRDD<Integer, HeadOutput> attend(AttentionInput input, Work work, TaskRecord record) {
        List<Round> planned = plan(input.keys().sequences(), work);
        for (int r = 0; r < planned.size(); r++) {
            rounds.add(round(input, planned.get(r), record, r == planned.size() - 1));
        }
        return rounds.stream().reduce(JavaPairRDD::union).orElseGet(() -> JavaPairRDD.fromJavaRDD(context.emptyRDD()));
    }

    private List<Round> plan(Sequences keys, Work work) {
        int headsAtOnce = (int) Math.max(1, Math.min(spec.keyValueHeads(), conf.broadcastBytes() / headBytes(keys)));
        return IntStream.iterate(0, g -> g < spec.keyValueHeads(), g -> g + headsAtOnce)
                .mapToObj(g -> {
                    int heads = Math.min(headsAtOnce, spec.keyValueHeads() - g);
                    Work own = work.only(item -> {
                        int head = spec.keyValueHead(item.head());
                        return head >= g && head < g + heads;
                    });
                    return new Round(g, heads, own);
                })
                .filter(round -> !round.work.items().isEmpty())
                .toList();
    }

    private long headBytes(Sequences keys) {
        return conf.keyValueType().bytes() * keys.positions() * (spec.keyWidth() + spec.valueWidth());
    }

    private JavaPairRDD<Integer, HeadOutput> round(AttentionInput input, Round round, TaskRecord record, boolean last) {
        WorkPlan plan = WorkPlan.dealt(spec, round.work, conf, context.defaultParallelism());
        tasks += plan.numPartitions();
        var packed = context.broadcast(pack(input, round));
        sent.add(packed);

        int[] keySequence = input.keySequences();
        int firstHead = round.firstHead;
        JavaPairRDD<Integer, HeadOutput> outputs = ItemQueries.of(spec, input, plan)
                .mapPartitionsToPair(items -> record.sink()
                        .take(attend(plan.work(), firstHead, keySequence, packed.value(), items, record.metrics())))
                .setName(OUTPUTS);
        if (last) {
            return outputs;
        }
        // The next round's keys and values take this one's room, so its outputs must be done and kept first.
        outputs.persist(StorageLevel.MEMORY_AND_DISK());
        try (JobLabel label = JobLabel.of(context.sc(), "%s", round)) {
            outputs.count();
        }
        packed.unpersist();
        return outputs;
    }

    private static Iterator<Tuple2<Integer, HeadOutput>> attend(
            Work work,
            int firstHead,
            int[] keySequence,
            StoredBlock[][][] packed,
            Iterator<Tuple2<Integer, float[]>> items,
            AttentionMetrics metrics) {
        SequenceKernel kernel = new SequenceKernel(metrics);
        Iterable<Tuple2<Integer, float[]>> all = () -> items;
        return StreamSupport.stream(all.spliterator(), false)
                .map(placed -> {
                    WorkItem item = work.items().get(placed._1);
                    AttentionSpec spec = work.spec(item.sequence());
                    StoredBlock[] blocks =
                            packed[spec.keyValueHead(item.head()) - firstHead][keySequence[item.sequence()]];
                    ItemSweep sweep = new ItemSweep(spec, item, placed._2, blocks.length);
                    for (int b = 0; b < blocks.length; b++) {
                        sweep.attend(kernel.of(spec), b, blocks[b].floats());
                    }
                    kernel.finished(item, spec);
                    return new Tuple2<>(item.block(), sweep.finish());
                })
                .iterator();
    }

    /** Packs keys and values on the executors and gathers them: {@code [head][sequence][block]}. */
    private StoredBlock[][][] pack(AttentionInput input, Round round) {
        Sequences sequences = input.keys().sequences();
        int[] firstBlocks = sequences.firstBlocks(conf.blockRows());
        StoredBlock[][][] gathered = new StoredBlock[round.heads][sequences.count()][];
        for (int s = 0; s < sequences.count(); s++) {
            for (int h = 0; h < round.heads; h++) {
                gathered[h][s] = new StoredBlock[firstBlocks[s + 1] - firstBlocks[s]];
            }
        }
        JavaRDD<PackedBlock> packed =
                PackedBlock.of(spec, conf.keyValueType(), conf.blockRows(), input, round.firstHead, round.heads);
        int partitions = packed.getNumPartitions();
        long bytes = headBytes(sequences) * round.heads;
        int atOnce = (int) Math.max(1, Math.min(partitions, FETCH_BYTES * partitions / bytes));
        try (JobLabel label = JobLabel.of(context.sc(), "packing keys and values of %s", round)) {
            for (int p = 0; p < partitions; p += atOnce) {
                int[] some =
                        IntStream.range(p, Math.min(partitions, p + atOnce)).toArray();
                for (List<PackedBlock> blocks : packed.collectPartitions(some)) {
                    for (PackedBlock block : blocks) {
                        gathered[block.head() - round.firstHead][block.sequence()][block.block()] = block.content();
                    }
                }
            }
        }
        return gathered;
    }

    @Override
    public int tasks() {
        return tasks;
    }

    @Override
    public void release() {
        sent.forEach(org.apache.spark.broadcast.Broadcast::unpersist);
        rounds.forEach(JavaPairRDD::unpersist);
    }

    @Override
    public void close() {
        release();
        sent.forEach(org.apache.spark.broadcast.Broadcast::destroy);
    }
}
