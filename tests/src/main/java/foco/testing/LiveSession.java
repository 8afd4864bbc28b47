package foco.testing;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The one session that this JVM has, exchanged for another when a test asks for other settings. */
final class LiveSession implements AutoCloseable {

    private SparkSession session;
    private SessionSettings settings;
    private TemporaryFolder folder;

    /** The session with these settings: the live one if it has them and still runs, else a new one in its place. */
    synchronized SparkSession with(SessionSettings wanted) {
        if (session == null
                || !settings.equals(wanted)
                || session.sparkContext().isStopped()) {
            close();
            stopAnothers();
            folder = TemporaryFolder.create("foco-spark-test");
            session = SparkSession.builder().config(conf(wanted)).getOrCreate();
            settings = wanted;
        }
        return session;
    }

    /** A session that code under test has left behind would be taken for the new one. */
    private static void stopAnothers() {
        if (SparkSession.getDefaultSession().isDefined()) {
            SparkSession.getDefaultSession().get().stop();
            SparkSession.clearActiveSession();
            SparkSession.clearDefaultSession();
        }
    }

    @Override
    public synchronized void close() {
        if (session != null) {
            session.stop();
            SparkSession.clearActiveSession();
            SparkSession.clearDefaultSession();
            session = null;
        }
        if (folder != null) {
            folder.close();
            folder = null;
        }
    }

    private SparkConf conf(SessionSettings wanted) {
        SparkConf conf = new SparkConf()
                .setMaster(wanted.master())
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
        if (wanted.localClusterCores() > 0) {
            home.requireInEnvironment();
            // No task starts before all executors are there: else the first one might do all the work.
            conf.setIfMissing("spark.cores.max", Integer.toString(wanted.localClusterCores()))
                    .setIfMissing("spark.scheduler.minRegisteredResourcesRatio", "1.0")
                    .setIfMissing("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s");
        }
    }
}
