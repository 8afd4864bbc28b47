package foco.driver.block;

import org.apache.spark.SparkContext;
import org.apache.spark.storage.StorageLevel;
import scala.jdk.javaapi.CollectionConverters;

/** Where blocks are kept. */
final class BlockStorage {

    /** The part of Spark's memory for blocks from which on what is kept is large. */
    private static final int LARGE = 8;

    private BlockStorage() {}

    /** What is large takes the memory of what is computed from it, and is read from disk in a small part of that time. */
    static StorageLevel of(SparkContext context, long bytes) {
        long room = CollectionConverters.asJava(context.getExecutorMemoryStatus()).values().stream()
                .mapToLong(status -> (Long) status._1())
                .sum();
        return bytes > room / LARGE ? StorageLevel.DISK_ONLY() : StorageLevel.MEMORY_AND_DISK();
    }
}
