package foco.jobs.bench;

import foco.driver.AttentionResult;
import foco.driver.KeyValueStore;
import foco.driver.cluster.TaskSlots;
import foco.kernels.AttentionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Times sets of queries over loaded keys and values, and a plain read of memory by as many tasks. */
public final class SplitKeysTimer {
    private static final int WARM_UP = 2;

    /** Memory that the plain read goes round in, at most: far more than caches hold. */
    private static final long MOST_BYTES = 1L << 30;

    private final SparkSession spark;
    private final KernelCase timed;
    private final int times;
    private final double readSeconds;

    /**
     * @param times the sets of queries that count
     * @param readSeconds for the plain read
     */
    public SplitKeysTimer(SparkSession spark, KernelCase timed, int times, double readSeconds) {
        this.spark = spark;
        this.timed = timed;
        this.times = times;
        this.readSeconds = readSeconds;
    }

    public SplitKeysRate time() throws InterruptedException {
        AttentionSpec spec = timed.spec();
        RandomTokens tokens = new RandomTokens(spark, spec);
        List<Double> phases = new ArrayList<>();
        List<Double> wholes = new ArrayList<>();
        long start = System.nanoTime();
        double loading;
        int tasks = 0;
        try (KeyValueStore store = KeyValueStore.load(tokens.keysAndValues(timed.keys()), spec)) {
            loading = (System.nanoTime() - start) * 1e-9;
            for (int set = 0; set < WARM_UP + times; set++) {
                try (AttentionPhase phase = new AttentionPhase(spark.sparkContext());
                        AttentionResult result = store.attend(tokens.queries(timed.queries(), set))) {
                    tasks = result.summary().tasks();
                    if (set >= WARM_UP) {
                        phases.add(phase.seconds());
                        wholes.add(result.summary().seconds());
                    }
                }
            }
        }
        int cores = TaskSlots.atLeastOne(JavaSparkContext.fromSparkContext(spark.sparkContext()));
        double bytes = (double) Float.BYTES * timed.keys() * (spec.keyRowWidth() + spec.valueRowWidth());
        SplitKeysRate.Seconds seconds = new SplitKeysRate.Seconds(loading, Median.of(phases), Median.of(wholes));
        return new SplitKeysRate(timed, cores, tasks, bytes, seconds, read(cores, bytes));
    }

    /** Bytes a second that as many tasks read, all together. */
    private double read(int cores, double bytes) {
        long share = (long) Math.min(bytes, MOST_BYTES) / cores;
        double seconds = readSeconds;
        List<Integer> threads = IntStream.range(0, cores).boxed().toList();
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(threads, cores)
                .mapToDouble(thread -> {
                    MemoryRead read = new MemoryRead(share);
                    read.gflops(seconds * 0.5); // the compiler's share
                    double rate = read.gflops(seconds) * 1e9;
                    return read.sum() == Long.MIN_VALUE ? 0 : rate;
                })
                .sum();
    }
}
