package foco.jobs.session;

import foco.driver.cluster.SparkInternals;
import foco.driver.metrics.FocoPlugin;
import foco.driver.settings.FocoSetting;
import foco.jobs.cluster.Deployment;
import foco.jobs.cluster.ExecutorWatch;
import foco.jobs.cluster.StandaloneMaster;
import foco.jobs.terminal.ProgressLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** The Spark context or session of a command: the running one, or a new one with what {@code spark-submit} was told. */
public final class FocoSession {
    private static final String PLUGINS = "spark.plugins";
    private static final String HADOOP = "spark.hadoop.";
    private static final String EXCLUDE = "spark.excludeOnFailure.";
    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC\\b");

    private FocoSession() {}

    /** {@link #start}, and what Spark needs for tables: that takes seconds. */
    public static SparkSession open(String name, boolean verbose) {
        return sql(start(name, verbose), Map.of());
    }

    /**
     * A session for tables on a running context.
     *
     * @param settings of this session alone
     */
    public static SparkSession sql(SparkContext context, Map<String, String> settings) {
        SparkSession session = SparkInternals.session(context).newSession();
        settings.forEach((key, value) -> session.conf().set(key, value));
        return session;
    }

    /**
     * A session for the tables of an analysis: what is shuffled is small there.
     *
     * @param settings of this session alone, which go before
     */
    public static SparkSession tables(SparkContext context, Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>(settings);
        all.putIfAbsent("spark.sql.shuffle.partitions", String.valueOf(context.defaultParallelism()));
        return sql(context, all);
    }

    /**
     * The running context, or a new one with what {@code spark-submit} was told.
     *
     * @param name as Spark's pages show it
     * @param verbose whether Spark shall log what it does
     */
    public static SparkContext start(String name, boolean verbose) {
        SparkConf conf = new SparkConf().setAppName(name);
        conf.setIfMissing("spark.master", "local[*]");
        // Foco has a progress line of its own.
        conf.setIfMissing("spark.ui.showConsoleProgress", "false");
        offerMetrics(conf);
        if (Deployment.isOneProcess(conf)) {
            // A task that runs out of memory would end the whole process at once, and the command could not say why.
            conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
            // What is broadcast never leaves the process.
            conf.setIfMissing("spark.broadcast.checksum", "false");
        } else {
            spreadFailures(conf);
            // Executors ask for one piece after another: 256 MiB in pieces of 4 MiB took 1.9 s where these took 1.1 s.
            conf.setIfMissing("spark.broadcast.blockSize", "16m");
        }
        moveFloats(conf);
        collectInParallel(conf);
        boolean isFirst = SparkInternals.activeContext().isEmpty();
        if (isFirst) {
            StandaloneMaster.requireAnswer(conf, verbose);
        }
        SparkContext started = SparkContext.getOrCreate(conf);
        if (isFirst && !Deployment.isOneProcess(conf)) {
            ExecutorWatch.start(started);
        }
        if (verbose) {
            started.setLogLevel("INFO");
        }
        return started;
    }

    /** As conf/spark-defaults.conf has it for ./foco, also for those who submit the jar to a Spark of their own. */
    private static void moveFloats(SparkConf conf) {
        // The low bits of float32 are noise: LZ4 finds nothing in them and costs a pass.
        conf.setIfMissing("spark.broadcast.compress", "false");
        // A task computes for seconds on data read in milliseconds: better on any free core now than later where it
        // lies.
        conf.setIfMissing("spark.locality.wait", "0s");
    }

    /**
     * As ./foco has it in its own process: G1, Java's default, spends seconds on arrays of half a megabyte and more, as blocks
     * of tokens are. Java takes one collector, so a user's own stands.
     */
    private static void collectInParallel(SparkConf conf) {
        if (!COLLECTOR.matcher(conf.get("spark.executor.extraJavaOptions", "")).find()) {
            conf.setIfMissing("spark.executor.defaultJavaOptions", "-XX:+UseParallelGC");
        }
    }

    /**
     * Lets no task lose all of its four attempts to one executor, unless the user has rules of his own: one that has run
     * out of memory turns tasks away until it is gone, and is soonest free for the next. Others on its machine may serve.
     */
    private static void spreadFailures(SparkConf conf) {
        if (conf.getAllWithPrefix(EXCLUDE).length == 0) {
            conf.set(EXCLUDE + "taskAndStage.enabled", "true");
            conf.set(EXCLUDE + "task.maxTaskAttemptsPerExecutor", "2");
            conf.set(EXCLUDE + "task.maxTaskAttemptsPerNode", "1000");
            conf.set(EXCLUDE + "stage.maxFailedExecutorsPerNode", "1000");
            // Where one executor is all there is, a task that fails by its input is to fail soon.
            conf.setIfMissing("spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout", "20s");
        }
    }

    /** Foco's counts join the metrics of Spark, besides whatever plugins the user has. */
    private static void offerMetrics(SparkConf conf) {
        String plugin = FocoPlugin.class.getName();
        String others = conf.get(PLUGINS, "");
        if (!others.contains(plugin)) {
            conf.set(PLUGINS, others.isBlank() ? plugin : others + "," + plugin);
        }
    }

    /**
     * What shows how far the session's work is: on a terminal a line that is written over, and elsewhere a line each minute.
     * Beside Spark's log it would be in the way.
     */
    public static ProgressLine progress(SparkContext context, boolean verbose, PrintWriter err) {
        Optional<Boolean> asked = FocoSetting.PROGRESS.of(settings(context.getConf()));
        if (verbose || asked.equals(Optional.of(false))) {
            return ProgressLine.none(context, err);
        }
        return asked.orElseGet(FocoSession::errorIsTerminal)
                ? ProgressLine.on(context, err)
                : ProgressLine.eachMinute(context, err);
    }

    /**
     * Checks Foco's settings among those that {@code spark-submit} was given, without starting Spark.
     *
     * @throws IllegalArgumentException naming a key that there is not, or one whose value is not legal
     */
    public static void checkSettings(SparkConf conf) {
        FocoSetting.check(settings(conf));
    }

    private static Map<String, String> settings(SparkConf conf) {
        return Arrays.stream(conf.getAll()).collect(Collectors.toMap(Tuple2::_1, Tuple2::_2));
    }

    /** Hadoop's settings as that session will have them; known without starting Spark, to check files before it. */
    public static Configuration hadoop() {
        Configuration hadoop = new Configuration();
        Arrays.stream(new SparkConf().getAllWithPrefix(HADOOP)).forEach(entry -> hadoop.set(entry._1(), entry._2()));
        return hadoop;
    }

    /** Java tells only whether input and output both are a terminal; Linux tells where standard error leads. */
    private static boolean errorIsTerminal() {
        try {
            String leadsTo = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return leadsTo.startsWith("/dev/pts/") || leadsTo.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null;
        }
    }
}
