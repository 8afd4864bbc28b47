package foco.driver.strategy;

import foco.driver.meter.Meter;
import foco.driver.plan.StreamPlan;
import foco.driver.settings.FocoConf;
import foco.driver.shared.Shared;
import foco.driver.sweep.ItemRows;
import foco.driver.sweep.PackedKeyValues;
import foco.driver.sweep.Sweep;
import foco.kernels.AttentionSpec;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.rdd.RDD;

/**
 * The strategy for keys and values that do not fit in an executor. They stay in Spark's block store, in memory and on
 * disk, all over the cluster; each task pulls those that its queries see, a few blocks at a time. Neither the driver nor
 * an executor ever holds them all.
 *
 * @param <T> what an item comes to
 */
final class StreamStrategy<T> implements Strategy<T> {

    private final AttentionSpec spec;
    private final FocoConf conf;
    private final StreamPlan plan;
    private final AttentionInput input;
    private final Sweep<T> sweep;
    private final Meter meter;
    private PackedKeyValues keyValues;
    private Shared<SharedWork<T>> shared;

    StreamStrategy(
            AttentionSpec spec, FocoConf conf, StreamPlan plan, AttentionInput input, Sweep<T> sweep, Meter meter) {
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
        keyValues =
                PackedKeyValues.load(spec, conf, plan.layout(), input.keys(), input.keyColumn(), input.valueColumn());
        RDD<ItemRows> queries = ItemQueries.of(spec, input, plan.workPlan()).rdd();
        StreamRdd<T> outputs =
                new StreamRdd<>(plan, shared, queries, keyValues.blocks().rdd(), meter.ofTask());
        return JavaPairRDD.fromJavaRDD(outputs.toJavaRDD().setName(OUTPUTS).mapPartitions(sink::take));
    }

    @Override
    public void release() {
        if (keyValues != null) {
            keyValues.close();
        }
        if (shared != null) {
            shared.release();
        }
    }

    @Override
    public void close() {
        release();
        if (shared != null) {
            shared.close();
        }
    }
}
