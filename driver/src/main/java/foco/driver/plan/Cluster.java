package foco.driver.plan;

import foco.driver.cluster.TaskSlots;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What there is to compute on.
 *
 * @param executors the processes that run tasks; 1 in local mode
 * @param cores the tasks that each of them runs at a time
 * @param executorHeap bytes of heap of each
 * @param driverHeap bytes of heap of the driver
 * @param oneProcess whether the driver itself runs the tasks (local mode)
 */
public record Cluster(int executors, int cores, long executorHeap, long driverHeap, boolean oneProcess) {

    /** What Spark sets aside for itself, {@code UnifiedMemoryManager}'s reserve. */
    private static final long RESERVED = 300L << 20;

    /** Spark's default of {@code spark.memory.fraction}: blocks and shuffles against everything else. */
    private static final double BLOCK_FRACTION = 0.6;

    /** Of what is left for everything else, the share that may be live: the rest is garbage to be collected. */
    private static final double LIVE_FRACTION = 0.6;

    /** @throws IllegalArgumentException naming the number that is out of range */
    public Cluster {
        require(executors >= 1, "executors", executors);
        require(cores >= 1, "cores", cores);
        require(executorHeap >= 1, "executor memory", executorHeap);
        require(driverHeap >= 1, "driver memory", driverHeap);
    }

    private static void require(boolean holds, String what, long value) {
        if (!holds) {
            throw new IllegalArgumentException("The %s must be 1 or more, and is %d.".formatted(what, value));
        }
    }

    /** The cluster of a running context: the executors that it has now, or as many as dynamic allocation may give it. */
    public static Cluster of(JavaSparkContext context) {
        SparkConf conf = context.getConf();
        long driver = Runtime.getRuntime().maxMemory();
        int slots = TaskSlots.atLeastOne(context);
        if (context.isLocal()) {
            return new Cluster(1, slots, driver, driver, true);
        }
        int executors = TaskSlots.executors(context);
        int cores = executors > 0
                ? (slots + executors - 1) / executors
                : Math.max(1, conf.getInt("spark.executor.cores", 1) / TaskSlots.coresOfTask(context));
        long heap = conf.getSizeAsMb("spark.executor.memory", "1g") << 20;
        return new Cluster(Math.max(executors, allocated(conf)), cores, heap, driver, false);
    }

    /** The executors that will be there, if need be: they come as tasks wait for them. */
    private static int allocated(SparkConf conf) {
        if (!conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
            return conf.getInt("spark.executor.instances", 1);
        }
        int most = conf.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE);
        int least = conf.getInt("spark.dynamicAllocation.minExecutors", 1);
        return most == Integer.MAX_VALUE
                ? Math.max(1, conf.getInt("spark.dynamicAllocation.initialExecutors", least))
                : most;
    }

    /** The tasks that run at a time. */
    public int slots() {
        return Math.multiplyExact(executors, cores);
    }

    /** Of what tasks share, the bytes that are sent: none where the driver itself runs them. */
    long sent(long shared) {
        return oneProcess ? 0 : shared;
    }

    /** Of what tasks share, the bytes that each process keeps: as tasks read it and, where it is sent, as Spark sends it. */
    long kept(long shared) {
        return oneProcess ? shared : 2 * shared;
    }

    /** Bytes of blocks that an executor can keep in memory. */
    public long blockRoom() {
        return blockRoom(executorHeap);
    }

    /** Bytes of blocks that the driver can keep in memory. */
    public long driverBlockRoom() {
        return blockRoom(driverHeap);
    }

    private static long blockRoom(long heap) {
        return (long) (Math.max(0, heap - RESERVED) * BLOCK_FRACTION);
    }

    /** Bytes that a task may hold besides blocks. */
    public long taskRoom() {
        double rest = Math.max(0, executorHeap - RESERVED) * (1 - BLOCK_FRACTION);
        return (long) (rest * LIVE_FRACTION / cores);
    }

    /** The heap in which a task that holds {@code bytes} has room. */
    long heapForTasks(long bytes) {
        return RESERVED + (long) (bytes * cores / LIVE_FRACTION / (1 - BLOCK_FRACTION));
    }

    /** The heap in which {@code bytes} of blocks have room. */
    static long heapForBlocks(long bytes) {
        return RESERVED + (long) (bytes / BLOCK_FRACTION);
    }
}
