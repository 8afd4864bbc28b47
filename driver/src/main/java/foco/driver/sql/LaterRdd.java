package foco.driver.sql;

import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Row;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** The rows of another RDD, which is made when a job first asks for the partitions. */
final class LaterRdd extends RDD<Row> {

    private static final long serialVersionUID = 1;

    private static final ClassTag<Row> ROW = ClassTag$.MODULE$.apply(Row.class);

    /** Of the driver; null on executors, which have the dependency. */
    private final transient Supplier<RDD<Row>> source;

    private transient RDD<Row> made;

    LaterRdd(SparkContext context, Supplier<RDD<Row>> source) {
        super(context, CollectionConverters.asScala(List.<Dependency<?>>of()).toSeq(), ROW);
        this.source = source;
    }

    private synchronized RDD<Row> made() {
        if (made == null) {
            made = source.get();
        }
        return made;
    }

    @Override
    public Seq<Dependency<?>> getDependencies() {
        return CollectionConverters.asScala(List.<Dependency<?>>of(new OneToOneDependency<>(made())))
                .toSeq();
    }

    @Override
    public Partition[] getPartitions() {
        return made().partitions();
    }

    @Override
    public Iterator<Row> compute(Partition split, TaskContext task) {
        return this.<Row>firstParent(ROW).iterator(split, task);
    }
}
