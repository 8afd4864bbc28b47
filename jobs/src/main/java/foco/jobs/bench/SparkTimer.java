package foco.jobs.bench;

import static org.apache.spark.sql.functions.col;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.AttentionSummary;
import foco.driver.table.TokenRow;
import foco.kernels.AttentionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Times attention through Spark, and the kernel alone on the same cores in the same processes before and after. */
public final class SparkTimer {
    /** Keys that the kernel alone sweeps, at most: each task makes its own, and more would not change its rate. */
    private static final long MOST_KEYS = 65_536;

    private final SparkSession spark;
    private final KernelCase timed;
    private final double kernelSeconds;

    /**
     * @param timed as many queries as keys
     * @param kernelSeconds for each of the two times that the kernel alone is timed
     */
    public SparkTimer(SparkSession spark, KernelCase timed, double kernelSeconds) {
        this.spark = spark;
        this.timed = timed;
        this.kernelSeconds = kernelSeconds;
    }

    public SparkRate time() throws InterruptedException {
        int cores = spark.sparkContext().defaultParallelism();
        List<Double> kernels = new ArrayList<>();
        kernels.add(kernelAlone(cores));
        AttentionSummary summary;
        double seconds;
        try (AttentionPhase phase = new AttentionPhase(spark.sparkContext());
                AttentionResult result = Attention.of(timed.spec()).attend(tokens())) {
            seconds = phase.seconds();
            summary = result.summary();
        }
        kernels.add(kernelAlone(cores));
        return new SparkRate(timed, cores, summary, seconds, Median.of(kernels));
    }

    /** The table of tokens, made where it is read. */
    private Dataset<Row> tokens() {
        AttentionSpec spec = timed.spec();
        return spark.range(timed.keys())
                .map((MapFunction<Long, TokenRow>) position -> token(spec, position), Encoders.bean(TokenRow.class))
                .select(
                        col("position"),
                        col("first").as("query"),
                        col("second").as("key"),
                        col("third").as("value"));
    }

    private static TokenRow token(AttentionSpec spec, long position) {
        TokenRow token = new TokenRow();
        token.setPosition(position);
        token.setFirst(RandomRows.of(3 * position, spec.queryRowWidth()));
        token.setSecond(RandomRows.of(3 * position + 1, spec.keyRowWidth()));
        token.setThird(RandomRows.of(3 * position + 2, spec.valueRowWidth()));
        return token;
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
