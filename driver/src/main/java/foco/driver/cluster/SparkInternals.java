package foco.driver.cluster;

import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerInterface;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BroadcastBlockId;
import scala.jdk.javaapi.OptionConverters;

/**
 * All that the library uses of Spark and Spark does not offer: what is {@code private[spark]} in its sources, and may change
 * with any version. Each use has a test that fails if it does, in {@code SparkInternalsTest}, which also finds other uses.
 */
public final class SparkInternals {

    private SparkInternals() {}

    /** The context that runs in this process, if there is one. */
    public static Optional<SparkContext> activeContext() {
        return OptionConverters.toJava(SparkContext$.MODULE$.getActive());
    }

    /** The session of a context, made if there is none yet. */
    public static SparkSession session(SparkContext context) {
        return SparkSession.builder().sparkContext(context).getOrCreate();
    }

    /** What a table is made by. */
    public static LogicalPlan plan(Dataset<Row> table) {
        return ((org.apache.spark.sql.classic.Dataset<Row>) table).logicalPlan();
    }

    /** Whether a broadcast can still be read: it has not been destroyed. */
    public static boolean isOpen(Broadcast<?> broadcast) {
        return broadcast.isValid();
    }

    /** Ends a task that Spark has killed, by an exception that Spark knows as that. */
    public static void endIfKilled(TaskContext task) {
        task.killTaskIfInterrupted();
    }

    /** The tasks that the executors which have registered can run at a time, each on {@code spark.task.cpus} cores. */
    public static int concurrentTasks(SparkContext context) {
        return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
    }

    /** The bytes of blocks that this process keeps in memory: the driver's, or in a task the executor's. */
    public static long blocksInMemory() {
        return SparkEnv.get().memoryManager().storageMemoryUsed();
    }

    /** The bytes that this process keeps in memory of a broadcast: its value, and the pieces in which Spark sends it. */
    public static long broadcastInMemory(long broadcast) {
        BlockManager blocks = SparkEnv.get().blockManager();
        long bytes = 0;
        String field = "";
        for (int piece = 0;
                blocks.getStatus(new BroadcastBlockId(broadcast, field)).isDefined();
                piece++) {
            bytes += blocks.getStatus(new BroadcastBlockId(broadcast, field))
                    .get()
                    .memSize();
            field = "piece" + piece;
        }
        return bytes;
    }

    /** Whether this process keeps the value of a broadcast in memory. */
    public static boolean isInMemory(long broadcast) {
        return OptionConverters.toJava(SparkEnv.get().blockManager().getStatus(new BroadcastBlockId(broadcast, "")))
                .filter(status -> status.memSize() > 0)
                .isPresent();
    }

    /** Where this process is, in words: "on HOST" of an executor or the driver, "here" without Spark. */
    public static String place() {
        SparkEnv env = SparkEnv.get();
        return env == null
                ? "here"
                : "on " + env.blockManager().blockManagerId().host();
    }

    /** Adds a listener that has a queue of its own: one in Spark's shared queue waits for all others there. */
    public static void addListener(SparkContext context, SparkListenerInterface listener, String queue) {
        context.listenerBus().addToQueue(listener, queue);
    }

    /** Tells all listeners of an event of our own, after those that Spark has told of before. */
    public static void post(SparkContext context, SparkListenerEvent event) {
        context.listenerBus().post(event);
    }
}
