package foco.driver.cluster;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;

/**
 * How a large result comes to the driver: a few partitions in a job, in their order, so that the driver holds no more than
 * that of it.
 *
 * @param most bytes to fetch in a job
 */
public record Fetching(long most) {

    private static final long MOST = 128L << 20;
    private static final String LIMIT = "spark.driver.maxResultSize";
    /** Partitions are larger than wanted by up to twice and a block, and Spark counts what surrounds the numbers, too. */
    private static final int SPARE = 8;

    private static final int PARTITIONS = 4;

    /** As much as the driver takes from a job by Spark's settings, with much to spare; 128 MiB by Spark's defaults. */
    public static Fetching of(SparkContext context) {
        long limit = context.getConf().getSizeAsBytes(LIMIT, "1g");
        return new Fetching(limit <= 0 ? MOST : Math.max(1, Math.min(MOST, limit / SPARE)));
    }

    /** What the partitions should hold, so that one job fetches several. */
    public long partitionBytes() {
        return Math.max(1, most / PARTITIONS);
    }

    /**
     * All that a data set holds.
     *
     * @param bytes of all of it, about; its partitions are alike in size
     */
    public <T> Iterator<T> gather(JavaRDD<T> rows, long bytes) {
        int partitions = rows.getNumPartitions();
        double each = Math.max(1, (double) bytes / Math.max(1, partitions));
        int atOnce = (int) Math.max(1, Math.min(partitions, most / each));
        return IntStream.iterate(0, p -> p < partitions, p -> p + atOnce)
                .mapToObj(p ->
                        IntStream.range(p, Math.min(partitions, p + atOnce)).toArray())
                .flatMap(some -> Arrays.stream(rows.collectPartitions(some)).flatMap(List::stream))
                .iterator();
    }
}
