package foco.jobs.io;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.cluster.TaskSlots;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Consecutive tokens of one sequence, {@code first} to {@code first + count - 1}. */
@DefaultSerializer(JavaSerializer.class)
record TokenRange(int sequence, long first, long count) implements Serializable {
    /** A task's worth of file, unless that leaves cores without a task. */
    private static final long TASK_BYTES = 32L << 20;
    /** What a task holds in memory at a time. */
    private static final long CHUNK_BYTES = 4L << 20;

    /** All tokens of a layout, one range a task. */
    static JavaRDD<TokenRange> all(SparkSession spark, HeadLayout layout, long tokenBytes) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        int cores = TaskSlots.atLeastOne(context);
        long perCore = (layout.sequences() * layout.tokens() + cores - 1) / cores;
        long perTask = Math.min(Math.max(1, TASK_BYTES / tokenBytes), Math.max(perCore, chunkTokens(tokenBytes)));
        List<TokenRange> ranges = IntStream.range(0, layout.sequences())
                .boxed()
                .flatMap(sequence -> new TokenRange(sequence, 0, layout.tokens()).pieces(perTask))
                .toList();
        return context.parallelize(ranges, ranges.size());
    }

    /** The range in pieces that fit into memory. */
    Stream<TokenRange> chunks(long tokenBytes) {
        return pieces(chunkTokens(tokenBytes));
    }

    private static long chunkTokens(long tokenBytes) {
        return Math.max(1, CHUNK_BYTES / tokenBytes);
    }

    private Stream<TokenRange> pieces(long size) {
        return Stream.iterate(0L, done -> done < count, done -> done + size)
                .map(done -> new TokenRange(sequence, first + done, Math.min(size, count - done)));
    }
}
