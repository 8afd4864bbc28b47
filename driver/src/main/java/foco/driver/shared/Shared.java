package foco.driver.shared;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.cluster.SparkInternals;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * An immutable value that goes to each executor once, and that all tasks there share. What a task's closure holds of it
 * is a handle of some hundred bytes: a closure is sent once, too, but every task makes itself a copy of what is in it.
 *
 * @param <T> something serializable; many tasks read it at the same time
 */
public final class Shared<T> implements Serializable, AutoCloseable {

    private final Broadcast<Content<T>> sent;

    /**
     * What is being handed over by this thread within its process. Spark makes the bytes of every broadcast, also where
     * no other process reads them; of this one it makes next to none.
     */
    private static final ThreadLocal<Content<?>> HANDED_OVER = new ThreadLocal<>();

    /** By Java's serialization whatever {@code spark.serializer} is, as Spark's Kryo cannot read records. */
    @DefaultSerializer(JavaSerializer.class)
    private record Content<T>(T value) implements Serializable {

        private Object writeReplace() {
            return HANDED_OVER.get() == this ? new NotSent() : this;
        }
    }

    /** In the place of bytes that nobody reads. */
    @DefaultSerializer(JavaSerializer.class)
    private record NotSent() implements Serializable {}

    private Shared(Broadcast<Content<T>> sent) {
        this.sent = sent;
    }

    /** Sends a value. In local mode tasks are given the value itself. */
    public static <T> Shared<T> of(SparkContext context, T value) {
        Content<T> content = new Content<>(value);
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(context);
        if (spark.isLocal()) {
            Broadcast<Content<T>> kept = handOver(spark, content);
            if (SparkInternals.isInMemory(kept.id())) {
                return new Shared<>(kept);
            }
            // Spark had no room for it in memory, and what it wrote to its disk cannot be read back.
            kept.destroy();
        }
        return new Shared<>(spark.broadcast(content));
    }

    private static <T> Broadcast<Content<T>> handOver(JavaSparkContext spark, Content<T> content) {
        HANDED_OVER.set(content);
        try {
            return spark.broadcast(content);
        } finally {
            HANDED_OVER.remove();
        }
    }

    /**
     * The bytes of a value as it is sent, and about as many as it takes in memory.
     *
     * @throws IllegalArgumentException if it cannot be serialized
     */
    public static long bytes(Object value) {
        CountingStream counted = new CountingStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(counted)) {
            objects.writeObject(value);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "A mask, score modifier or rotary scaling goes to executors and cannot be serialized, for it holds %s; copy what a lambda needs to local variables, or let that class implement Serializable."
                            .formatted(e.getMessage()),
                    e);
        }
        return counted.count;
    }

    private static final class CountingStream extends OutputStream {

        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }

    /** The value; the same object for all tasks of an executor, as long as it is not freed there. */
    public T value() {
        return sent.value().value;
    }

    /** The number that Spark gave the broadcast. */
    public long id() {
        return sent.id();
    }

    /** Frees it on executors. It is sent again where it is asked for, unless it is closed. */
    public void release() {
        if (SparkInternals.isOpen(sent)) {
            sent.unpersist();
        }
    }

    /** Frees it for good; once is enough. */
    @Override
    public void close() {
        if (SparkInternals.isOpen(sent)) {
            sent.destroy();
        }
    }
}
