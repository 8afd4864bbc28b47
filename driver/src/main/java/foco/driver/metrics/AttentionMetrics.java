package foco.driver.metrics;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What tasks count while they compute attention: in Spark's accumulators, which its pages show for every stage and task
 * by the names below, and in {@link ExecutorMetrics}, for Spark's metrics system.
 */
public final class AttentionMetrics implements Serializable {

    /** (query, key) pairs of the items that a task has finished. */
    public static final String PAIRS = "attention: query-key pairs";

    /** Tiles of queries and keys computed. */
    public static final String TILES = "attention: tiles computed";

    /** Tiles of which the mask let nothing through, at no cost. */
    public static final String TILES_SKIPPED = "attention: tiles skipped";

    /** Bytes of packed keys and values that kernels read. */
    public static final String KEY_VALUE_BYTES = "attention: bytes of keys and values read";

    /** 10^9 operations a second while a kernel computes; the mean of the tasks, by their time. */
    public static final String GFLOPS = "attention: GFLOP/s of a core";

    private final LongAccumulator pairs;
    private final LongAccumulator tiles;
    private final LongAccumulator tilesSkipped;
    private final LongAccumulator keyValueBytes;
    private final RateAccumulator gflops;

    private AttentionMetrics(SparkContext context) {
        this.pairs = context.longAccumulator(PAIRS);
        this.tiles = context.longAccumulator(TILES);
        this.tilesSkipped = context.longAccumulator(TILES_SKIPPED);
        this.keyValueBytes = context.longAccumulator(KEY_VALUE_BYTES);
        this.gflops = new RateAccumulator();
        context.register(gflops, GFLOPS);
    }

    /** Those of one computation. */
    public static AttentionMetrics of(SparkContext context) {
        return new AttentionMetrics(context);
    }

    /** What a task has done since it last told. */
    public record Done(
            long pairs, double operations, long tiles, long tilesSkipped, long keyValueBytes, long kernelNanos) {}

    /** To be called in a task. */
    public void add(Done done) {
        pairs.add(done.pairs);
        tiles.add(done.tiles);
        tilesSkipped.add(done.tilesSkipped);
        keyValueBytes.add(done.keyValueBytes);
        gflops.add(new RateAccumulator.Work(done.operations * 1e-9, done.kernelNanos * 1e-9));
        ExecutorMetrics.add(done);
    }

    /** Tiles computed so far, in tasks that have ended. */
    public long tiles() {
        return tiles.value();
    }

    /** Tiles skipped so far, in tasks that have ended. */
    public long tilesSkipped() {
        return tilesSkipped.value();
    }

    /** Bytes of packed keys and values read so far, in tasks that have ended. */
    public long keyValueBytes() {
        return keyValueBytes.value();
    }

    /** 10^9 operations a second of a core, over the tasks that have ended. */
    public double gflops() {
        return gflops.value();
    }
}
