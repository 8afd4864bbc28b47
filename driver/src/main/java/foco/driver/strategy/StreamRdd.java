package foco.driver.strategy;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.cluster.SparkInternals;
import foco.driver.meter.TaskMeter;
import foco.driver.plan.PulledBlocks;
import foco.driver.plan.StreamPlan;
import foco.driver.shared.Shared;
import foco.driver.sweep.ItemRows;
import foco.driver.sweep.PackedBlock;
import foco.driver.sweep.Sweeps;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * What each task's queries make of keys and values that lie in the partitions of another RDD, on whatever executors.
 * A task depends narrowly on all partitions of its key/value head and pulls one after another through Spark's block
 * store. "Ring Attention with Blockwise Transformers" (Liu et al., 2023) passes them around likewise, but in a ring that
 * all have to keep up with. What is lost with an executor, Spark computes again from its lineage.
 *
 * @param <T> what an item comes to
 */
final class StreamRdd<T> extends RDD<Tuple2<Integer, T>> {

    private final StreamPlan plan;
    private final Shared<SharedWork<T>> shared;
    private final RDD<ItemRows> queries;
    private final RDD<PackedBlock> keyValues;
    private final TaskMeter meter;

    /**
     * @param queries of each task's items
     * @param keyValues in partitions of the plan's layout, kept by Spark
     */
    StreamRdd(
            StreamPlan plan,
            Shared<SharedWork<T>> shared,
            RDD<ItemRows> queries,
            RDD<PackedBlock> keyValues,
            TaskMeter meter) {
        super(queries.context(), dependencies(plan, queries, keyValues), ClassTag$.MODULE$.apply(Tuple2.class));
        this.plan = plan;
        this.shared = shared;
        this.queries = queries;
        this.keyValues = keyValues;
        this.meter = meter;
    }

    private static Seq<Dependency<?>> dependencies(StreamPlan plan, RDD<ItemRows> queries, RDD<PackedBlock> keyValues) {
        List<Dependency<?>> both = List.of(new KeysOfTask(plan, keyValues), new OneToOneDependency<>(queries));
        return CollectionConverters.asScala(both).toSeq();
    }

    /** The first that a task pulls comes first, since Spark likes to start the task where that lies. */
    private static final class KeysOfTask extends NarrowDependency<PackedBlock> {

        private final StreamPlan plan;

        KeysOfTask(StreamPlan plan, RDD<PackedBlock> keyValues) {
            super(keyValues);
            this.plan = plan;
        }

        @Override
        public Seq<Object> getParents(int task) {
            List<Object> parents = new ArrayList<>();
            plan.pulls(task).forEach(pull -> parents.add(pull.partition()));
            return CollectionConverters.asScala(parents).toSeq();
        }
    }

    @DefaultSerializer(JavaSerializer.class)
    private record TaskPartition(int index, Partition queries) implements Partition {}

    @Override
    public Partition[] getPartitions() {
        Partition[] ofQueries = queries.partitions();
        return IntStream.range(0, plan.tasks())
                .mapToObj(task -> new TaskPartition(task, ofQueries[task]))
                .toArray(Partition[]::new);
    }

    @Override
    public scala.collection.Iterator<Tuple2<Integer, T>> compute(Partition task, TaskContext context) {
        Partition own = ((TaskPartition) task).queries;
        SharedWork<T> work = shared.value();
        Sweeps<T> sweeps = Sweeps.of(
                plan, work.specs(), work.sweep(), CollectionConverters.asJava(queries.iterator(own, context)), meter);
        Prefetch<PulledBlocks, List<PackedBlock>> pulled = new Prefetch<>(
                context, plan.pullsInSight(task.index(), work.specs()).iterator(), pull -> pull(pull, context));
        long last = 0;
        long most = 0;
        while (pulled.hasNext()) {
            List<PackedBlock> blocks = pulled.next();
            long bytes =
                    blocks.stream().mapToLong(block -> block.content().bytes()).sum();
            most = Math.max(most, last + bytes);
            last = bytes;
            for (PackedBlock block : blocks) {
                SparkInternals.endIfKilled(context);
                sweeps.take(block);
            }
        }
        meter.holds(sweeps.bytes(most));
        return CollectionConverters.asScala(sweeps.outputs());
    }

    /** Reads to the partition's end, where Spark takes its lock off. */
    private List<PackedBlock> pull(PulledBlocks pull, TaskContext context) {
        List<PackedBlock> blocks = new ArrayList<>();
        long[] bytes = new long[1];
        // These partitions are known by their numbers alone, and so on executors, too.
        Partition partition = keyValues.partitions()[pull.partition()];
        CollectionConverters.asJava(keyValues.iterator(partition, context)).forEachRemaining(block -> {
            bytes[0] += block.content().bytes();
            if (pull.holds(block.sequence(), block.block())) {
                blocks.add(block);
            }
        });
        meter.pulls(bytes[0]);
        return blocks;
    }
}
