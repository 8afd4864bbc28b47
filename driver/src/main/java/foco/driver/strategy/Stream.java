package foco.driver.strategy;

import foco.driver.FocoConf;
import foco.driver.plan.Work;
import foco.driver.plan.WorkPlan;
import foco.kernels.AttentionSpec;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;

/**
 * The strategy for keys and values that do not fit in an executor. They stay in Spark's block store, in memory and on
 * disk, all over the cluster; each task pulls those that its queries see, a few blocks at a time. Neither the driver nor
 * an executor ever holds them all.
 */
public final class Stream implements Strategy {

    /** Bytes of keys and values in a partition: what a task pulls at a time, much longer than a request takes. */
    private static final long PARTITION_BYTES = 4L << 20;

    /** Partitions at most, as Spark's driver keeps book of each. */
    private static final long MAX_PARTITIONS = 10_000;

    private final AttentionSpec spec;
    private final FocoConf conf;
    private final JavaSparkContext context;
    private PackedKeyValues keyValues;
    private int tasks;

    public Stream(AttentionSpec spec, FocoConf conf, JavaSparkContext context) {
        this.spec = spec;
        this.conf = conf;
        this.context = context;
    }

    @Override
    public JavaPairRDD<Integer, HeadOutput> attend(AttentionInput input, Work work, TaskRecord record) {
        if (work.items().isEmpty()) {
            return JavaPairRDD.fromJavaRDD(context.emptyRDD());
        }
        WorkPlan plan = WorkPlan.inRuns(spec, work, conf, context.defaultParallelism(), 32);
        tasks = plan.numPartitions();
        keyValues = PackedKeyValues.load(spec, conf, input, run(input));
        StreamTasks each = new StreamTasks(spec, plan, input, keyValues.layout(), conf.blockRows(), record.metrics());
        RDD<Tuple2<Integer, float[]>> queries =
                ItemQueries.of(spec, input, plan).rdd();
        StreamRdd outputs = new StreamRdd(each, queries, keyValues.blocks().rdd());
        return JavaPairRDD.fromJavaRDD(outputs.toJavaRDD())
                .mapPartitionsToPair(items -> record.sink().take(items))
                .setName(OUTPUTS);
    }

    private int run(AttentionInput input) {
        long rowBytes = (long) conf.keyValueType().bytes() * (spec.keyWidth() + spec.valueWidth());
        long allBytes = rowBytes * input.keys().sequences().positions() * spec.keyValueHeads();
        long partitionBytes = Math.max(PARTITION_BYTES, allBytes / MAX_PARTITIONS);
        return (int) Math.max(1, partitionBytes / (rowBytes * conf.blockRows()));
    }

    @Override
    public int tasks() {
        return tasks;
    }

    @Override
    public void release() {
        if (keyValues != null) {
            keyValues.close();
        }
    }

    @Override
    public void close() {
        release();
    }
}
