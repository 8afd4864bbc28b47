package foco.driver.block;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * Partitions of another RDD in another order or grouping: each of these is some of those, one after another. A partition
 * may be chosen by several. Nothing is shuffled; what is lost with an executor, Spark computes again.
 */
public final class SelectedRdd<T> extends RDD<T> {

    private final RDD<T> parent;
    private final int[][] parents;

    private SelectedRdd(RDD<T> parent, int[][] parents) {
        super(
                parent.context(),
                CollectionConverters.asScala(List.<Dependency<?>>of(new Chosen<>(parent, parents)))
                        .toSeq(),
                ClassTag$.MODULE$.apply(Object.class));
        this.parent = parent;
        this.parents = parents;
    }

    /** @param parents for each partition, those of {@code parent} that it takes, in their order */
    public static <T> JavaRDD<T> of(JavaRDD<T> parent, int[][] parents) {
        return new SelectedRdd<>(parent.rdd(), parents).toJavaRDD();
    }

    /** @param order which partition of {@code parent} each one is */
    public static <T> JavaRDD<T> inOrder(JavaRDD<T> parent, int[] order) {
        return of(parent, Arrays.stream(order).mapToObj(p -> new int[] {p}).toArray(int[][]::new));
    }

    private static final class Chosen<T> extends NarrowDependency<T> {

        private final int[][] parents;

        Chosen(RDD<T> parent, int[][] parents) {
            super(parent);
            this.parents = parents;
        }

        @Override
        public Seq<Object> getParents(int partition) {
            List<Object> chosen =
                    Arrays.stream(parents[partition]).<Object>mapToObj(p -> p).toList();
            return CollectionConverters.asScala(chosen).toSeq();
        }
    }

    @DefaultSerializer(JavaSerializer.class)
    private record Selection(int index, Partition[] of) implements Partition, Serializable {}

    @Override
    public Partition[] getPartitions() {
        Partition[] all = parent.partitions();
        return IntStream.range(0, parents.length)
                .mapToObj(i -> new Selection(
                        i, Arrays.stream(parents[i]).mapToObj(p -> all[p]).toArray(Partition[]::new)))
                .toArray(Partition[]::new);
    }

    @Override
    public scala.collection.Iterator<T> compute(Partition partition, TaskContext context) {
        return CollectionConverters.asScala(new OneAfterAnother(((Selection) partition).of, context));
    }

    /** Opens a partition when the one before it is at its end. A stream's {@code flatMap} would read ahead. */
    private final class OneAfterAnother implements Iterator<T> {

        private final Partition[] partitions;
        private final TaskContext context;
        private Iterator<T> open = Collections.emptyIterator();
        private int opened;

        OneAfterAnother(Partition[] partitions, TaskContext context) {
            this.partitions = partitions;
            this.context = context;
        }

        @Override
        public boolean hasNext() {
            while (!open.hasNext() && opened < partitions.length) {
                open = CollectionConverters.asJava(parent.iterator(partitions[opened++], context));
            }
            return open.hasNext();
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return open.next();
        }
    }
}
