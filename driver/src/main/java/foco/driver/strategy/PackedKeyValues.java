package foco.driver.strategy;

import foco.driver.FocoConf;
import foco.driver.metrics.JobLabel;
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
 * @param blocks in the partitions of {@code layout}, in order
 */
record PackedKeyValues(KeyValueLayout layout, JavaRDD<PackedBlock> blocks) implements AutoCloseable {

    /**
     * Packs the keys and values of all heads, and comes back when each has its place.
     *
     * @param run the blocks of a partition
     */
    static PackedKeyValues load(AttentionSpec spec, FocoConf conf, AttentionInput input, int run) {
        int heads = spec.keyValueHeads();
        KeyValueLayout layout = new KeyValueLayout(input.keys().sequences(), conf.blockRows(), heads, run);
        JavaRDD<PackedBlock> blocks = PackedBlock.of(spec, conf.keyValueType(), conf.blockRows(), input, 0, heads)
                .mapToPair(block -> new Tuple2<>(layout.number(block.head(), block.sequence(), block.block()), block))
                .partitionBy(layout)
                .mapPartitions(PackedKeyValues::inOrder, true)
                .setName("keys and values")
                .persist(StorageLevel.MEMORY_AND_DISK());
        PackedKeyValues packed = new PackedKeyValues(layout, blocks);
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
