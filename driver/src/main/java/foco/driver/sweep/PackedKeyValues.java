package foco.driver.sweep;

import foco.driver.block.TokenBlocks;
import foco.driver.metrics.JobLabel;
import foco.driver.plan.KeyValueLayout;
import foco.driver.settings.FocoConf;
import foco.kernels.AttentionSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Packed keys and values that stay where executors put them, in memory as long as there is room and on disk beyond. A
 * partition that is lost with an executor is packed again from its rows.
 *
 * @param blocks in the partitions of a {@link KeyValueLayout}, in order there
 */
public record PackedKeyValues(JavaRDD<PackedBlock> blocks) implements AutoCloseable {

    /**
     * Packs the keys and values of all heads, and comes back when each has its place.
     *
     * @param keyColumn which of the vector columns holds the keys
     * @param valueColumn which of them holds the values
     */
    public static PackedKeyValues load(
            AttentionSpec spec,
            FocoConf conf,
            KeyValueLayout layout,
            TokenBlocks tokens,
            int keyColumn,
            int valueColumn) {
        JavaRDD<PackedBlock> blocks = PackedBlock.of(
                        spec,
                        conf.keyValueType(),
                        conf.blockRows(),
                        tokens,
                        keyColumn,
                        valueColumn,
                        0,
                        spec.keyValueHeads())
                .mapToPair(block -> new Tuple2<>(layout.number(block.head(), block.sequence(), block.block()), block))
                .partitionBy(layout)
                .mapPartitions(PackedKeyValues::inOrder)
                .setName("keys and values")
                .persist(StorageLevel.MEMORY_AND_DISK());
        PackedKeyValues packed = new PackedKeyValues(blocks);
        try (JobLabel label = JobLabel.of(blocks.context(), "packing keys and values")) {
            blocks.foreachPartition(all -> {});
            return packed;
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            packed.close();
            throw e;
        }
    }

    private static Iterator<PackedBlock> inOrder(Iterator<Tuple2<Integer, PackedBlock>> numbered) {
        List<Tuple2<Integer, PackedBlock>> blocks = new ArrayList<>();
        numbered.forEachRemaining(blocks::add);
        blocks.sort((a, b) -> Integer.compare(a._1, b._1));
        return blocks.stream().map(Tuple2::_2).iterator();
    }

    /** Frees what executors keep. It is packed again if it is asked for. */
    @Override
    public void close() {
        blocks.unpersist();
    }
}
