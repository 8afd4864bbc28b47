package foco.jobs.cluster;

import foco.driver.cluster.TaskSlots;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what an application without executors waits for: Spark waits for ever, as executors may yet come, and tells only
 * that it does.
 */
public final class ExecutorWatch implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorWatch.class);
    private static final long PATIENCE_SECONDS = 15;

    private final SparkContext context;

    private ExecutorWatch(SparkContext context) {
        this.context = context;
    }

    /** Watches from now on, and as long as the application runs. */
    public static void start(SparkContext context) {
        Thread thread = new Thread(new ExecutorWatch(context), "foco-executor-watch");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            long waited = 0;
            // Told after 15 s, and then after ever longer times.
            for (long next = PATIENCE_SECONDS; !context.isStopped(); waited++) {
                if (!isWaiting()) {
                    waited = 0;
                    next = PATIENCE_SECONDS;
                } else if (waited >= next) {
                    LOG.warn(waitingFor(context.getConf(), waited));
                    next *= 4;
                }
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether there is work and nobody to do it. */
    private boolean isWaiting() {
        return TaskSlots.executors(JavaSparkContext.fromSparkContext(context)) == 0
                && context.statusTracker().getActiveJobIds().length > 0;
    }

    /** What an executor takes, by the names of the settings. */
    static String waitingFor(SparkConf conf, long seconds) {
        String cores = conf.get("spark.executor.cores", "");
        int taskCores = conf.getInt("spark.task.cpus", 1);
        return "No executor has come in %d s, and Foco goes on waiting: %s must have %s of memory (spark.executor.memory) and %s free for one. Free some, ask for less with --executor-memory and --executor-cores, or end this command with Ctrl-C."
                .formatted(
                        seconds,
                        conf.get("spark.master", "").startsWith("spark://")
                                ? "a worker of " + conf.get("spark.master")
                                : "the cluster",
                        conf.get("spark.executor.memory", "1g"),
                        cores.isEmpty()
                                ? count(taskCores) + " (spark.task.cpus)"
                                : count(Integer.parseInt(cores)) + " (spark.executor.cores)");
    }

    private static String count(int cores) {
        return cores == 1 ? "1 core" : cores + " cores";
    }
}
