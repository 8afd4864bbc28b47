package foco.driver.result;

import foco.driver.block.BlockLayout;
import foco.driver.block.Sequences;
import foco.driver.sweep.HeadOutput;
import foco.kernels.AttentionSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.Partitioner;
import scala.Tuple2;

/** Which query block stands where; as a partitioner it keeps the blocks in order. */
final class BlockOrder extends Partitioner {

    private final BlockLayout layout;
    private final Sequences sequences;
    private final int partitions;

    private BlockOrder(BlockLayout layout, Sequences sequences, int partitions) {
        this.layout = layout;
        this.sequences = sequences;
        this.partitions = partitions;
    }

    /** @param partitionBytes what a partition should hold, about */
    static BlockOrder of(BlockLayout layout, Sequences sequences, int rowWidth, long partitionBytes) {
        int blocks = layout.blocks();
        long bytes = 4L * sequences.positions() * rowWidth;
        long wanted = Math.max(Math.min(blocks, 8), bytes / partitionBytes);
        return new BlockOrder(layout, sequences, (int) Math.min(blocks, wanted));
    }

    @Override
    public int numPartitions() {
        return partitions;
    }

    @Override
    public int getPartition(Object block) {
        return (int) ((long) (Integer) block * partitions / layout.blocks());
    }

    /** Puts the heads of blocks side by side. */
    Iterator<OutputBlock> assemble(AttentionSpec spec, Iterator<Tuple2<Integer, Iterable<HeadOutput>>> grouped) {
        TreeMap<Integer, Iterable<HeadOutput>> sorted = new TreeMap<>();
        grouped.forEachRemaining(block -> sorted.put(block._1, block._2));
        return sorted.entrySet().stream()
                .map(block -> assemble(spec, block.getKey(), block.getValue()))
                .iterator();
    }

    /** Puts the heads of blocks side by side, each block's coming one after another. */
    Iterator<OutputBlock> assembleInTurn(AttentionSpec spec, Iterator<Tuple2<Integer, HeadOutput>> outputs) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return outputs.hasNext();
            }

            @Override
            public OutputBlock next() {
                List<HeadOutput> heads = new ArrayList<>();
                int block = -1;
                while (heads.size() < spec.heads()) {
                    Tuple2<Integer, HeadOutput> next = outputs.next();
                    block = next._1;
                    heads.add(next._2);
                }
                return assemble(spec, block, heads);
            }
        };
    }

    private OutputBlock assemble(AttentionSpec spec, int block, Iterable<HeadOutput> heads) {
        int rows = layout.rows(block);
        int width = spec.valueWidth();
        float[] output = new float[rows * spec.outputRowWidth()];
        float[] lse = new float[rows * spec.heads()];
        for (HeadOutput head : heads) {
            for (int i = 0; i < rows; i++) {
                int to = i * spec.outputRowWidth() + head.head() * width;
                System.arraycopy(head.output(), i * width, output, to, width);
                lse[i * spec.heads() + head.head()] = head.lse()[i];
            }
        }
        int sequence = layout.sequence(block);
        return new OutputBlock(sequences.name(sequence), sequence, layout.firstPosition(block), rows, output, lse);
    }
}
