package foco.jobs.bench;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.cluster.TaskSlots;
import foco.driver.result.AttentionSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Times attention through Spark, and the kernel alone on the same cores in the same processes before and after. */
public final class SparkTimer {
    /** Keys that the kernel alone sweeps, at most: each task makes its own, and more would not change its rate. */
    private static final long MOST_KEYS = 65_536;

    private final SparkSession spark;
    private final KernelCase timed;
    private final double kernelSeconds;
    private final int checked;

    /**
     * @param timed as many queries as keys
     * @param kernelSeconds for each of the two times that the kernel alone is timed
     * @param checked the rows to hold against float64
     */
    public SparkTimer(SparkSession spark, KernelCase timed, double kernelSeconds, int checked) {
        this.spark = spark;
        this.timed = timed;
        this.kernelSeconds = kernelSeconds;
        this.checked = checked;
    }

    public SparkRate time() throws InterruptedException {
        int cores = TaskSlots.atLeastOne(JavaSparkContext.fromSparkContext(spark.sparkContext()));
        List<Double> kernels = new ArrayList<>();
        kernels.add(kernelAlone(cores));
        AttentionSummary summary;
        double seconds;
        OptionalDouble error = OptionalDouble.empty();
        RandomTokens tokens = new RandomTokens(spark, timed.spec());
        try (AttentionPhase phase = new AttentionPhase(spark.sparkContext());
                AttentionResult result = Attention.of(timed.spec()).attend(tokens.all(timed.keys()))) {
            seconds = phase.seconds();
            summary = result.summary();
            if (checked > 0) {
                error = OptionalDouble.of(new SampledRows(timed, checked).error(result));
            }
        }
        kernels.add(kernelAlone(cores));
        return new SparkRate(timed, cores, summary, seconds, Median.of(kernels), error);
    }

    /** One head's attention, in as many tasks at a time as there are cores; the sum of their rates. */
    private double kernelAlone(int cores) {
        long keys = Math.min(MOST_KEYS, timed.keys());
        KernelCase oneHead = new KernelCase(timed.width(), timed.masking(), 1, keys, keys);
        double seconds = kernelSeconds;
        List<Integer> threads = IntStream.range(0, cores).boxed().toList();
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(threads, cores)
                .mapToDouble(thread -> {
                    KernelWork work = new KernelWork(new KernelInput(oneHead), thread, cores);
                    work.gflops(seconds * 0.5); // the compiler's share
                    return work.gflops(seconds);
                })
                .sum();
    }
}
