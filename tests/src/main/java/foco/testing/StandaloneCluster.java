package foco.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A standalone Spark cluster on this machine: a master and its workers, each a process of its own on the loopback interface
 * with ports that were free. Executors that workers start are processes, too, so that a job on it crosses process borders
 * as it would cross machines.
 *
 * <pre>{@code
 * try (StandaloneCluster cluster = StandaloneCluster.start(2, 1, 1024)) {
 *     FocoCommand.inCheckout().run("attend", "--master", cluster.master(), ...);
 * }
 * }</pre>
 *
 * <p>It needs a Spark installation, which the system property {@code foco.spark.home} or the environment variable
 * {@code SPARK_HOME} names.
 */
public final class StandaloneCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Two names of this machine: Spark starts no second attempt of a task where the first one runs. */
    private static final String[] LOOPBACK = {"127.0.0.1", "localhost"};

    private static final Pattern MASTER_STARTED = Pattern.compile("Starting Spark master at (spark://\\S+)");
    private static final Pattern WORKER_REGISTERED = Pattern.compile("Successfully registered with master");

    private final TemporaryFolder folder = TemporaryFolder.create("foco-cluster");
    private final List<SparkProcess> workers = new ArrayList<>();
    private final Thread atExit = new Thread(this::stopProcesses, "stop of the standalone cluster");
    private final SparkHome home = SparkHome.find();
    private final int cores;
    private final int mebibytes;
    private final Map<String, String> settings;
    private SparkProcess masterProcess;
    private String master;
    private int started;

    private StandaloneCluster(int cores, int mebibytes, Map<String, String> settings) {
        this.cores = cores;
        this.mebibytes = mebibytes;
        this.settings = Map.copyOf(settings);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts a cluster and waits until every worker has registered with its master.
     *
     * @param workers number of workers
     * @param cores cores of each worker
     * @param mebibytes memory that each worker may give to executors, in MiB
     * @throws IllegalStateException if no Spark installation is named, or if a process ends or stays silent for 90
     *     seconds; the message holds the end of its log
     */
    public static StandaloneCluster start(int workers, int cores, int mebibytes) {
        return start(workers, cores, mebibytes, Map.of());
    }

    /**
     * {@link #start(int, int, int)} with settings of the master and the workers.
     *
     * @param settings such as {@code spark.shuffle.service.enabled}
     */
    public static StandaloneCluster start(int workers, int cores, int mebibytes, Map<String, String> settings) {
        StandaloneCluster cluster = new StandaloneCluster(cores, mebibytes, settings);
        try {
            cluster.masterProcess = cluster.launch("master", LOOPBACK[0], "org.apache.spark.deploy.master.Master");
            cluster.master =
                    cluster.masterProcess.await(MASTER_STARTED, PATIENCE).group(1);
            for (int worker = 0; worker < workers; worker++) {
                cluster.workers.add(cluster.startWorker(worker));
            }
            for (SparkProcess worker : cluster.workers) {
                worker.await(WORKER_REGISTERED, PATIENCE);
            }
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** The cluster's address, {@code spark://127.0.0.1:port}, for {@code --master}. */
    public String master() {
        return master;
    }

    /**
     * Ends a worker and its executors at once, as a machine that loses power.
     *
     * @param worker index of the worker, from 0
     */
    public void kill(int worker) {
        workers.get(worker).kill();
    }

    /**
     * Kills an executor as {@code kill -9} does, and leaves its worker to start another.
     *
     * @return whether there was one
     */
    public boolean killExecutor() {
        return workers.stream()
                .flatMap(SparkProcess::children)
                .filter(ProcessHandle::isAlive)
                .findFirst()
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
    }

    /**
     * Asks an executor to leave, as a cluster does that is about to take its machine away: it gives its blocks to others and
     * ends. Spark does so if {@code spark.decommission.enabled} is true.
     *
     * @return whether there was one
     * @throws IOException if the command {@code kill} cannot be run
     */
    public boolean decommissionExecutor() throws IOException {
        Optional<ProcessHandle> executor = workers.stream()
                .flatMap(SparkProcess::children)
                .filter(ProcessHandle::isAlive)
                .findFirst();
        if (executor.isPresent()) {
            new ProcessBuilder("kill", "-PWR", Long.toString(executor.get().pid())).start();
        }
        return executor.isPresent();
    }

    /**
     * Starts a worker that was killed anew, as a machine that comes back, and waits until its master knows it.
     *
     * @param worker index of the worker, from 0
     * @throws IllegalStateException as {@link #start}
     */
    public void restart(int worker) {
        workers.set(worker, startWorker(worker));
        workers.get(worker).await(WORKER_REGISTERED, PATIENCE);
    }

    /** Stops all processes and removes their folders. */
    @Override
    public void close() {
        stopProcesses();
        Runtime.getRuntime().removeShutdownHook(atExit);
        folder.close();
    }

    private SparkProcess startWorker(int worker) {
        String name = "worker-" + started++;
        return launch(
                name,
                LOOPBACK[worker % LOOPBACK.length],
                "org.apache.spark.deploy.worker.Worker",
                "--cores",
                Integer.toString(cores),
                "--memory",
                mebibytes + "m",
                "--work-dir",
                folder.path().resolve(name).toString(),
                master);
    }

    private SparkProcess launch(String name, String host, String mainClass, String... arguments) {
        // On ports that are free.
        List<String> all = new ArrayList<>(List.of("--host", host, "--port", "0", "--webui-port", "0"));
        all.addAll(List.of(arguments));
        return SparkProcess.start(home, folder.path().resolve(name + ".log"), settings, mainClass, all);
    }

    private void stopProcesses() {
        // Workers first: one that outlives its master would look for it and say so.
        workers.forEach(SparkProcess::stop);
        if (masterProcess != null) {
            masterProcess.stop();
        }
    }
}
