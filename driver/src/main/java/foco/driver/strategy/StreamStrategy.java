package foco.driver.strategy;

import foco.driver.meter.Meter;
import foco.driver.plan.StreamPlan;
import foco.driver.settings.FocoConf;
import foco.driver.shared.Shared;
import foco.driver.sweep.HeadOutput;
import foco.driver.sweep.ItemRows;
import foco.driver.sweep.PackedKeyValues;
import foco.kernels.AttentionSpec;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.rdd.RDD;

/**
 * The strategy for keys and values that do not fit in an executor. They stay in Spark's block store, in memory and on
 * disk, all over the cluster; each task pulls those that its queries see, a few blocks at a time. Neither the driver nor
 * an executor ever holds them all.
 */
final class StreamStrategy implements Strategy {

    private final AttentionSpec spec;
    private final FocoConf conf;
    private final StreamPlan plan;
    private final AttentionInput input;
    private final Meter meter;
    private PackedKeyValues keyValues;
    private Shared<List<AttentionSpec>> specs;

    StreamStrategy(AttentionSpec spec, FocoConf conf, StreamPlan plan, AttentionInput input, Meter meter) {
        this.spec = spec;
        this.conf = conf;
        this.plan = plan;
        this.input = input;
        this.meter = meter;
    }

    @Override
    public JavaPairRDD<Integer, HeadOutput> attend(OutputSink sink) {
        specs = meter.share(plan.workPlan().work().specs());
        keyValues =
                PackedKeyValues.load(spec, conf, plan.layout(), input.keys(), input.keyColumn(), input.valueColumn());
        RDD<ItemRows> queries = ItemQueries.of(spec, input, plan.workPlan()).rdd();
        StreamRdd outputs =
                new StreamRdd(plan, specs, queries, keyValues.blocks().rdd(), meter.ofTask());
        return JavaPairRDD.fromJavaRDD(outputs.toJavaRDD().setName(OUTPUTS).mapPartitions(sink::take));
    }

    @Override
    public void release() {
        if (keyValues != null) {
            keyValues.close();
        }
        if (specs != null) {
            specs.release();
        }
    }

    @Override
    public void close() {
        release();
        if (specs != null) {
            specs.close();
        }
    }
}
