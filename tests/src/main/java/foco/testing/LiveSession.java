package foco.testing;

import foco.testing.SessionSettings.Cluster;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The one session that this JVM has, exchanged for another when a test asks for other settings. */
final class LiveSession implements AutoCloseable {

    private static final String SHUFFLE_SERVICE = "spark.shuffle.service.";

    private SparkSession session;
    private SessionSettings settings;
    private TemporaryFolder folder;
    private StandaloneCluster cluster;

    /** The session with these settings: the live one if it has them and still runs, else a new one in its place. */
    synchronized SparkSession with(SessionSettings wanted) {
        if (session == null
                || !settings.equals(wanted)
                || session.sparkContext().isStopped()) {
            close();
            stopAnothers();
            folder = TemporaryFolder.create("foco-spark-test");
            cluster = wanted.cluster()
                    .filter(Cluster::standalone)
                    .map(c -> StandaloneCluster.start(c.workers(), c.coresOfEach(), c.mebibytes(), ofWorkers(wanted)))
                    .orElse(null);
            session = SparkSession.builder().config(conf(wanted)).getOrCreate();
            settings = wanted;
        }
        return session;
    }

    /** What workers must know of a test's settings: they run the external shuffle service. */
    private static Map<String, String> ofWorkers(SessionSettings wanted) {
        Map<String, String> settings = new HashMap<>(wanted.conf());
        settings.keySet().removeIf(key -> !key.startsWith(SHUFFLE_SERVICE));
        return settings;
    }

    /** A session that code under test has left behind would be taken for the new one. */
    private static void stopAnothers() {
        if (SparkSession.getDefaultSession().isDefined()) {
            SparkSession.getDefaultSession().get().stop();
            SparkSession.clearActiveSession();
            SparkSession.clearDefaultSession();
        }
    }

    /** The cluster that the live session brought along, if it asked for a standalone one. */
    synchronized Optional<StandaloneCluster> cluster() {
        return Optional.ofNullable(cluster);
    }

    @Override
    public synchronized void close() {
        if (session != null) {
            session.stop();
            SparkSession.clearActiveSession();
            SparkSession.clearDefaultSession();
            session = null;
        }
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
        if (folder != null) {
            folder.close();
            folder = null;
        }
    }

    private SparkConf conf(SessionSettings wanted) {
        SparkConf conf = new SparkConf()
                .setMaster(cluster == null ? wanted.master() : cluster.master())
                .setAppName("foco.testing")
                .setIfMissing("spark.ui.enabled", "false")
                .setIfMissing("spark.log.level", "ERROR")
                .setIfMissing("spark.driver.host", "127.0.0.1")
                .setIfMissing("spark.driver.bindAddress", "127.0.0.1")
                .setIfMissing("spark.sql.shuffle.partitions", "4")
                .setIfMissing(
                        "spark.sql.warehouse.dir",
                        folder.path().resolve("warehouse").toUri().toString());
        if (wanted.hasExecutorProcesses()) {
            setForExecutors(conf, wanted);
        }
        wanted.conf().forEach(conf::set);
        return conf;
    }

    private static void setForExecutors(SparkConf conf, SessionSettings wanted) {
        SparkHome home = SparkHome.find();
        conf.setIfMissing("spark.executor.extraClassPath", home.classPathBeyondSpark());
        home.environment().forEach(conf::setExecutorEnv);
        Optional<Cluster> brought = wanted.cluster();
        if (brought.isPresent()) {
            if (brought.get().standalone()) {
                conf.setIfMissing("spark.executor.memory", brought.get().mebibytes() + "m");
            } else {
                home.requireInEnvironment();
            }
            // No task starts before all executors are there: else the first one might do all the work.
            conf.setIfMissing("spark.cores.max", Integer.toString(brought.get().cores()))
                    .setIfMissing("spark.scheduler.minRegisteredResourcesRatio", "1.0")
                    .setIfMissing("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s");
        }
    }
}
