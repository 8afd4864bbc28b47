package foco.jobs.cluster;

import foco.driver.cluster.TaskSlots;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what an application without executors waits for: Spark waits for ever, as executors may yet come, and tells only that
 * it does. Where executors end as soon as they have started, it ends the work: Spark would start others for ever, some in a
 * second.
 */
public final class ExecutorWatch extends SparkListener implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorWatch.class);
    private static final long PATIENCE_SECONDS = 15;

    /** Of the line that tells why it ended the work. */
    public static final String ENDED_AT_ONCE = "ended at their start, before any finished a task";

    /** So many executors that end at their start are enough, if none has finished a task. */
    private static final int MOST_LOST = 20;

    /** An executor that has lived for longer did not fail at its start. */
    private static final long START_SECONDS = 60;

    /** In Spark's words: an executor that was to end. */
    private static final Pattern WANTED = Pattern.compile("(?i)killed by driver|decommission");

    private final SparkContext context;
    private final Map<String, Long> since = new HashMap<>();
    private int lost;

    private ExecutorWatch(SparkContext context) {
        this.context = context;
    }

    /** Watches from now on, and as long as the application runs. */
    public static void start(SparkContext context) {
        ExecutorWatch watch = new ExecutorWatch(context);
        context.addSparkListener(watch);
        Thread thread = new Thread(watch, "foco-executor-watch");
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

    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded executor) {
        since.put(executor.executorId(), executor.time());
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
        if (task.taskInfo().successful()) {
            lost = 0;
        }
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved executor) {
        Long start = since.remove(executor.executorId());
        long lived = start == null ? 0 : executor.time() - start;
        if (lived > 1000 * START_SECONDS || WANTED.matcher(executor.reason()).find()) {
            return;
        }
        if (++lost >= MOST_LOST) {
            for (int job : context.statusTracker().getActiveJobIds()) {
                context.cancelJob(job, endedAtOnce(lost, executor.reason()));
            }
        }
    }

    /** @param reason in Spark's words */
    static String endedAtOnce(int executors, String reason) {
        return "%d executors have %s, the last with '%s'; their own logs say why: often an option in spark.executor.extraJavaOptions, or too little memory (--executor-memory)"
                .formatted(
                        executors,
                        ENDED_AT_ONCE,
                        reason.strip().lines().findFirst().orElse(""));
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
