package foco.driver.strategy;

import foco.driver.FocoConf;
import foco.driver.plan.WorkItem;
import foco.driver.plan.WorkPlan;
import foco.driver.table.Sequences;
import foco.driver.table.TokenBlock;
import foco.driver.table.TokenTable;
import foco.kernels.AttentionKernel;
import foco.kernels.AttentionSpec;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.HalfBlock;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.KeyValueType;
import foco.kernels.tile.QueryBlock;
import foco.kernels.tile.StoredBlock;
import java.io.Serializable;
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
public final class Broadcast implements AutoCloseable {

    /** The name of the RDDs in whose tasks kernels compute, on Spark's pages and for its listeners. */
    public static final String OUTPUTS = "attention";

    /** Packed blocks fetched to the driver in one job, to stay well below {@code spark.driver.maxResultSize}. */
    private static final long FETCH_BYTES = 256L << 20;

    private final AttentionSpec spec;
    private final FocoConf conf;
    private final JavaSparkContext context;
    private final List<org.apache.spark.broadcast.Broadcast<StoredBlock[][][]>> sent = new ArrayList<>();
    private final List<JavaPairRDD<Integer, HeadOutput>> rounds = new ArrayList<>();
    private int tasks;
    private long pairs;

    public Broadcast(AttentionSpec spec, FocoConf conf, JavaSparkContext context) {
        this.spec = spec;
        this.conf = conf;
        this.context = context;
    }

    /**
     * Computes attention.
     *
     * @param query which of the blocks' columns holds the queries
     * @param key which holds the keys; the values are in the column after it
     * @return the heads' outputs by the index of their query block
     */
    public JavaPairRDD<Integer, HeadOutput> attend(TokenTable queries, int query, TokenTable keysAndValues, int key) {
        Sequences keySequences = keysAndValues.sequences();
        long headBytes = conf.keyValueType().bytes() * keySequences.positions() * (spec.keyWidth() + spec.valueWidth());
        int headsAtOnce = (int) Math.max(1, Math.min(spec.keyValueHeads(), conf.broadcastBytes() / headBytes));
        for (int g = 0; g < spec.keyValueHeads(); g += headsAtOnce) {
            int count = Math.min(headsAtOnce, spec.keyValueHeads() - g);
            boolean last = g + count == spec.keyValueHeads();
            rounds.add(round(queries, query, keysAndValues, key, g, count, headBytes, last));
        }
        return rounds.stream().reduce(JavaPairRDD::union).orElseThrow();
    }

    /** One round: some key/value heads, and the query heads that read them. */
    private JavaPairRDD<Integer, HeadOutput> round(
            TokenTable queries,
            int query,
            TokenTable keysAndValues,
            int key,
            int g,
            int count,
            long headBytes,
            boolean last) {
        int group = spec.groupSize();
        WorkPlan plan = WorkPlan.of(
                spec,
                queries.sequences(),
                keysAndValues.sequences(),
                g * group,
                count * group,
                conf,
                context.defaultParallelism());
        tasks += plan.numPartitions();
        pairs += plan.pairs();
        var packed = context.broadcast(pack(keysAndValues, key, g, count, headBytes * count));
        sent.add(packed);

        AttentionSpec attention = spec;
        int blockRows = conf.blockRows();
        Sequences sequences = queries.sequences();
        int[] keySequence = IntStream.range(0, sequences.count())
                .map(s -> keysAndValues.sequences().index(sequences.name(s)))
                .toArray();
        JavaPairRDD<Integer, HeadOutput> outputs = queries.blocks()
                .flatMapToPair(
                        block -> split(attention, plan, block, query, sequences, g * group, count * group, blockRows))
                .partitionBy(plan)
                .mapPartitionsToPair(items -> attend(plan, g, keySequence, packed.value(), items))
                .setName(OUTPUTS);
        if (last) {
            return outputs;
        }
        // The next round's keys and values take this one's room, so its outputs must be done and kept first.
        outputs.persist(StorageLevel.MEMORY_AND_DISK());
        outputs.count();
        packed.unpersist();
        return outputs;
    }

    private static Iterator<Tuple2<Integer, float[]>> split(
            AttentionSpec spec,
            WorkPlan plan,
            TokenBlock block,
            int query,
            Sequences sequences,
            int firstHead,
            int heads,
            int blockRows) {
        int sequence = sequences.index(block.sequence());
        int width = spec.keyWidth();
        int stride = spec.queryRowWidth();
        return IntStream.range(firstHead, firstHead + heads)
                .mapToObj(h -> {
                    float[] rows = new float[block.rows() * width];
                    for (int i = 0; i < block.rows(); i++) {
                        System.arraycopy(block.columns()[query], i * stride + h * width, rows, i * width, width);
                    }
                    return new Tuple2<>(plan.index(sequence, block.firstPosition(), h, blockRows), rows);
                })
                .iterator();
    }

    private static Iterator<Tuple2<Integer, HeadOutput>> attend(
            WorkPlan plan,
            int firstGroup,
            int[] keySequence,
            StoredBlock[][][] packed,
            Iterator<Tuple2<Integer, float[]>> items) {
        SequenceKernel kernel = new SequenceKernel();
        Iterable<Tuple2<Integer, float[]>> all = () -> items;
        return StreamSupport.stream(all.spliterator(), false)
                .map(numbered -> {
                    WorkItem item = plan.item(numbered._1);
                    AttentionSpec spec = plan.spec(item.sequence());
                    StoredBlock[] blocks =
                            packed[spec.keyValueHead(item.head()) - firstGroup][keySequence[item.sequence()]];
                    return new Tuple2<>(item.block(), sweep(spec, kernel.of(spec), item, numbered._2, blocks));
                })
                .iterator();
    }

    private static HeadOutput sweep(
            AttentionSpec spec, AttentionKernel kernel, WorkItem item, float[] rows, StoredBlock[] blocks) {
        QueryBlock queries =
                QueryBlock.pack(spec, item.head(), item.firstQuery(), item.queries(), rows, 0, spec.keyWidth());
        SoftmaxState state = SoftmaxState.of(spec, item.head(), item.queries());
        for (StoredBlock block : blocks) {
            kernel.attend(queries, block.floats(), state);
        }
        float[] output = new float[item.queries() * spec.valueWidth()];
        float[] lse = new float[item.queries()];
        state.finish(output, 0, spec.valueWidth());
        for (int i = 0; i < lse.length; i++) {
            lse[i] = state.logSumExp(i);
        }
        return new HeadOutput(item.head(), output, lse);
    }

    /** A packed block on its way to the driver. */
    private record Packed(int group, int sequence, int block, StoredBlock content) implements Serializable {}

    /** Packs keys and values on the executors and gathers them: {@code [head][sequence][block]}. */
    private StoredBlock[][][] pack(TokenTable table, int key, int g, int count, long bytes) {
        AttentionSpec attention = spec;
        Sequences sequences = table.sequences();
        KeyValueType type = conf.keyValueType();
        int blockRows = conf.blockRows();
        StoredBlock[][][] gathered = new StoredBlock[count][sequences.count()][];
        for (int s = 0; s < sequences.count(); s++) {
            for (int h = 0; h < count; h++) {
                gathered[h][s] = new StoredBlock[(int) ((sequences.length(s) + blockRows - 1) / blockRows)];
            }
        }
        JavaRDD<Packed> packed =
                table.blocks().flatMap(block -> pack(attention, type, sequences, block, key, g, count, blockRows));
        int partitions = packed.getNumPartitions();
        int atOnce = (int) Math.max(1, Math.min(partitions, FETCH_BYTES * partitions / bytes));
        for (int p = 0; p < partitions; p += atOnce) {
            int[] some = IntStream.range(p, Math.min(partitions, p + atOnce)).toArray();
            for (List<Packed> blocks : packed.collectPartitions(some)) {
                for (Packed block : blocks) {
                    gathered[block.group - g][block.sequence][block.block] = block.content;
                }
            }
        }
        return gathered;
    }

    private static Iterator<Packed> pack(
            AttentionSpec spec,
            KeyValueType type,
            Sequences sequences,
            TokenBlock block,
            int key,
            int g,
            int count,
            int blockRows) {
        int sequence = sequences.index(block.sequence());
        float[] keys = block.rounded(key, type);
        float[] values = block.rounded(key + 1, type);
        return IntStream.range(g, g + count)
                .mapToObj(h -> {
                    KeyValueBlock packed = KeyValueBlock.pack(
                            block.firstPosition(),
                            block.rows(),
                            keys,
                            h * spec.keyWidth(),
                            spec.keyRowWidth(),
                            spec.keyWidth(),
                            values,
                            h * spec.valueWidth(),
                            spec.valueRowWidth(),
                            spec.valueWidth());
                    StoredBlock stored = type == KeyValueType.FLOAT32 ? packed : new HalfBlock(type, packed);
                    return new Packed(h, sequence, (int) (block.firstPosition() / blockRows), stored);
                })
                .iterator();
    }

    /** The Spark tasks that compute attention. */
    public int tasks() {
        return tasks;
    }

    /** The (query, key) pairs that meet, over all heads. */
    public long pairs() {
        return pairs;
    }

    /** Frees the executors' copies of keys and values and of what was kept between rounds; lost results can still be computed anew. */
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
