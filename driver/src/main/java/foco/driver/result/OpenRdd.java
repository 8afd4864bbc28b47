package foco.driver.result;

import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.reflect.ClassTag$;

/**
 * An RDD that is there while what it belongs to is open. Spark cannot send it afterwards: so a table that was made before
 * and is read later fails on the driver, with the reason, before any executor is asked.
 */
public final class OpenRdd<T> extends RDD<T> {

    private final transient Open open;

    public OpenRdd(RDD<T> parent, Class<T> elements, Open open) {
        super(parent, ClassTag$.MODULE$.apply(elements));
        this.open = open;
    }

    @Override
    public Partition[] getPartitions() {
        return this.<T>firstParent(elementClassTag()).partitions();
    }

    @Override
    public scala.collection.Iterator<T> compute(Partition partition, TaskContext context) {
        return this.<T>firstParent(elementClassTag()).iterator(partition, context);
    }

    /** Comes before all that an RDD holds, some of which may be gone. */
    private Object writeReplace() {
        open.require();
        return this;
    }
}
