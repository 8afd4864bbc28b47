package foco.driver.cluster;

import org.apache.spark.api.java.JavaSparkContext;

/**
 * How many tasks a running context can run at a time. Not its default parallelism: that is a setting of the user's, who
 * may say 400 on two cores.
 */
public final class TaskSlots {

    private static final String TASK_CORES = "spark.task.cpus";
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    private static final long POLL_MILLIS = 50;

    private TaskSlots() {}

    /**
     * At least 1: executors may be about to come.
     *
     * @throws IllegalArgumentException if no executor has the cores that a task asks for: Spark would wait for ever
     */
    public static int atLeastOne(JavaSparkContext context) {
        if (coresOfTask(context) > 1) {
            awaitExecutor(context);
            requireOne(context);
        }
        return Math.max(1, now(context));
    }

    /** Of the executors that have registered, by their cores and those that a task takes, {@code spark.task.cpus}. */
    public static int now(JavaSparkContext context) {
        return SparkInternals.concurrentTasks(context.sc());
    }

    /** The executors that have registered. */
    public static int executors(JavaSparkContext context) {
        int blockManagers = context.sc().getExecutorMemoryStatus().size();
        // On a cluster the driver has one of them.
        return context.isLocal() ? blockManagers : blockManagers - 1;
    }

    /** The cores that a task takes. Foco computes on one of them. */
    public static int coresOfTask(JavaSparkContext context) {
        return context.getConf().getInt(TASK_CORES, 1);
    }

    private static void awaitExecutor(JavaSparkContext context) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (executors(context) == 0 && System.nanoTime() < end) {
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void requireOne(JavaSparkContext context) {
        if (executors(context) > 0 && now(context) == 0) {
            throw new IllegalArgumentException(
                    "No executor has the %d cores that %s asks for each task, so that no task can start; give executors more cores, or leave %s at 1, as a task of Foco's computes on one core."
                            .formatted(coresOfTask(context), TASK_CORES, TASK_CORES));
        }
    }
}
