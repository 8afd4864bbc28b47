package foco.driver.strategy;

import foco.driver.strategy.PullOrder.Pull;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
 * Attention of each task's queries over keys and values that lie in the partitions of another RDD, on whatever executors.
 * A task depends narrowly on all partitions of its key/value head and pulls one after another through Spark's block
 * store. "Ring Attention with Blockwise Transformers" (Liu et al., 2023) passes them around likewise, but in a ring that
 * all have to keep up with. What is lost with an executor, Spark computes again from its lineage.
 */
final class StreamRdd extends RDD<Tuple2<Integer, HeadOutput>> {

    private final StreamTasks tasks;
    private final RDD<Tuple2<Integer, float[]>> queries;
    private final RDD<PackedBlock> keyValues;

    /**
     * @param queries of each task's items, by their places
     * @param keyValues in partitions of the tasks' layout, kept by Spark
     */
    StreamRdd(StreamTasks tasks, RDD<Tuple2<Integer, float[]>> queries, RDD<PackedBlock> keyValues) {
        super(queries.context(), dependencies(tasks, queries, keyValues), ClassTag$.MODULE$.apply(Tuple2.class));
        this.tasks = tasks;
        this.queries = queries;
        this.keyValues = keyValues;
    }

    private static Seq<Dependency<?>> dependencies(
            StreamTasks tasks, RDD<Tuple2<Integer, float[]>> queries, RDD<PackedBlock> keyValues) {
        List<Dependency<?>> both = List.of(new KeysOfTask(tasks, keyValues), new OneToOneDependency<>(queries));
        return CollectionConverters.asScala(both).toSeq();
    }

    /** The first that a task pulls comes first, since Spark likes to start the task where that lies. */
    private static final class KeysOfTask extends NarrowDependency<PackedBlock> {

        private final StreamTasks tasks;

        KeysOfTask(StreamTasks tasks, RDD<PackedBlock> keyValues) {
            super(keyValues);
            this.tasks = tasks;
        }

        @Override
        public Seq<Object> getParents(int task) {
            List<Object> parents = new ArrayList<>();
            tasks.pulls(task).forEach(pull -> parents.add(pull.partition()));
            return CollectionConverters.asScala(parents).toSeq();
        }
    }

    private record TaskPartition(int index) implements Partition {}

    @Override
    public Partition[] getPartitions() {
        return IntStream.range(0, tasks.count()).mapToObj(TaskPartition::new).toArray(Partition[]::new);
    }

    @Override
    public scala.collection.Iterator<Tuple2<Integer, HeadOutput>> compute(Partition task, TaskContext context) {
        // The parents' partitions are known by their numbers alone, and so on executors, too.
        Partition own = queries.partitions()[task.index()];
        Sweeps sweeps = tasks.sweeps(CollectionConverters.asJava(queries.iterator(own, context)));
        Stream<Pull> pulls = tasks.pulls(task.index()).stream().filter(sweeps::see);
        Prefetch<Pull, List<PackedBlock>> pulled =
                new Prefetch<>(context, pulls.iterator(), pull -> pull(pull, context));
        while (pulled.hasNext()) {
            for (PackedBlock block : pulled.next()) {
                context.killTaskIfInterrupted();
                sweeps.attend(block);
            }
        }
        return CollectionConverters.asScala(sweeps.outputs());
    }

    /** Reads to the partition's end, where Spark takes its lock off. */
    private List<PackedBlock> pull(Pull pull, TaskContext context) {
        List<PackedBlock> blocks = new ArrayList<>();
        Partition partition = keyValues.partitions()[pull.partition()];
        CollectionConverters.asJava(keyValues.iterator(partition, context)).forEachRemaining(block -> {
            if (pull.holds(block)) {
                blocks.add(block);
            }
        });
        return blocks;
    }
}
