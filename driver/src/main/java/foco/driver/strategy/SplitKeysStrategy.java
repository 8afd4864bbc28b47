package foco.driver.strategy;

import foco.driver.cluster.TaskSlots;
import foco.driver.meter.Meter;
import foco.driver.meter.TaskMeter;
import foco.driver.plan.SplitKeysPlan;
import foco.driver.settings.FocoConf;
import foco.driver.shared.Shared;
import foco.driver.strategy.MergeTree.Partial;
import foco.driver.sweep.ItemRows;
import foco.driver.sweep.PackedBlock;
import foco.driver.sweep.PackedKeyValues;
import foco.driver.sweep.PartialSweep;
import foco.driver.sweep.Sweep;
import foco.kernels.AttentionSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * The strategy for few queries and many keys. All queries are sent to where keys and values lie; each of their partitions
 * gives every query that reads it a partial outcome, and these merge in a tree whose shape depends on the input alone.
 *
 * @param <T> what an item comes to
 */
final class SplitKeysStrategy<T> implements Strategy<T> {

    private final AttentionSpec spec;
    private final FocoConf conf;
    private final SplitKeysPlan plan;
    private final AttentionInput input;
    private final Sweep<T> sweep;
    private final Optional<PackedKeyValues> loaded;
    private final JavaSparkContext context;
    private final Meter meter;
    private PackedKeyValues own;
    private final List<Shared<?>> sent = new ArrayList<>();

    /** @param loaded the keys and values where somebody keeps them already; else they are loaded, and freed again */
    SplitKeysStrategy(
            AttentionSpec spec,
            FocoConf conf,
            SplitKeysPlan plan,
            AttentionInput input,
            Sweep<T> sweep,
            Optional<PackedKeyValues> loaded,
            JavaSparkContext context,
            Meter meter) {
        this.spec = spec;
        this.conf = conf;
        this.plan = plan;
        this.input = input;
        this.sweep = sweep;
        this.loaded = loaded;
        this.context = context;
        this.meter = meter;
    }

    @Override
    public JavaPairRDD<Integer, T> attend(OutputSink<T> sink) {
        PackedKeyValues keyValues = loaded.orElseGet(this::load);
        Shared<SharedWork<T>> shared = meter.share(new SharedWork<>(plan.work().specs(), sweep));
        sent.add(shared);
        Shared<ItemRows[]> queries = meter.share(ItemQueries.gather(spec, input, plan.work()));
        sent.add(queries);
        SplitKeysPlan planned = plan;
        TaskMeter taskMeter = meter.ofTask();
        JavaPairRDD<Integer, Partial<T>> partials = keyValues
                .blocks()
                .mapPartitionsToPair(blocks -> partials(planned, shared.value(), queries.value(), blocks, taskMeter))
                .setName(OUTPUTS);
        MergeTree tree = new MergeTree(
                plan.layout().numPartitions(),
                SplitKeysPlan.FAN_IN,
                plan.work().items().size(),
                TaskSlots.atLeastOne(context));
        return tree.merge(partials)
                .mapToPair(item -> new Tuple2<>(planned.work().item(item._1).block(), item._2))
                .mapPartitionsToPair(sink::take);
    }

    private PackedKeyValues load() {
        own = PackedKeyValues.load(spec, conf, plan.layout(), input.keys(), input.keyColumn(), input.valueColumn());
        return own;
    }

    /** What all items come to over the keys of one partition, by the items' places. */
    private static <T> Iterator<Tuple2<Integer, Partial<T>>> partials(
            SplitKeysPlan plan,
            SharedWork<T> shared,
            ItemRows[] queries,
            Iterator<PackedBlock> blocks,
            TaskMeter meter) {
        PartialSweep<T> sweep = new PartialSweep<>(plan, shared.specs(), shared.sweep(), queries, meter);
        int partition = -1;
        while (blocks.hasNext()) {
            PackedBlock block = blocks.next();
            sweep.take(block);
            partition = plan.partition(block.head(), block.sequence(), block.block());
        }
        sweep.finish();
        meter.holds(sweep.bytes());
        int place = partition;
        List<Tuple2<Integer, Partial<T>>> partials = new ArrayList<>();
        sweep.parts().forEach((item, part) -> partials.add(new Tuple2<>(item, new Partial<>(place, part))));
        return partials.iterator();
    }

    @Override
    public void release() {
        if (own != null) {
            own.close();
        }
        sent.forEach(Shared::release);
    }

    @Override
    public void close() {
        release();
        sent.forEach(Shared::close);
    }
}
