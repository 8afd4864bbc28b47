package foco.driver;

import foco.driver.strategy.HeadOutput;
import foco.driver.table.Sequences;
import foco.kernels.AttentionSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.Partitioner;
import scala.Tuple2;

/** Which query block stands where; as a partitioner it keeps the blocks in order. */
final class BlockOrder extends Partitioner {

    private static final long PARTITION_BYTES = 32L << 20;

    private final List<OutputBlock> outlines;
    private final int partitions;

    private BlockOrder(List<OutputBlock> outlines, int partitions) {
        this.outlines = outlines;
        this.partitions = partitions;
    }

    static BlockOrder of(Sequences sequences, int blockRows, int rowWidth) {
        List<OutputBlock> outlines = new ArrayList<>();
        for (int s = 0; s < sequences.count(); s++) {
            for (long first = 0; first < sequences.length(s); first += blockRows) {
                int rows = (int) Math.min(blockRows, sequences.length(s) - first);
                outlines.add(new OutputBlock(sequences.name(s), s, first, rows, new float[0], new float[0]));
            }
        }
        long bytes = 4L * sequences.positions() * rowWidth;
        long wanted = Math.max(Math.min(outlines.size(), 8), bytes / PARTITION_BYTES);
        return new BlockOrder(outlines, (int) Math.min(outlines.size(), wanted));
    }

    @Override
    public int numPartitions() {
        return partitions;
    }

    @Override
    public int getPartition(Object block) {
        return (int) ((long) (Integer) block * partitions / outlines.size());
    }

    /** Puts the heads of blocks side by side. */
    Iterator<OutputBlock> assemble(AttentionSpec spec, Iterator<Tuple2<Integer, Iterable<HeadOutput>>> grouped) {
        TreeMap<Integer, Iterable<HeadOutput>> sorted = new TreeMap<>();
        grouped.forEachRemaining(block -> sorted.put(block._1, block._2));
        return sorted.entrySet().stream()
                .map(block -> assemble(spec, outlines.get(block.getKey()), block.getValue()))
                .iterator();
    }

    private static OutputBlock assemble(AttentionSpec spec, OutputBlock outline, Iterable<HeadOutput> heads) {
        int rows = outline.rows();
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
        return new OutputBlock(outline.sequence(), outline.sequenceIndex(), outline.firstPosition(), rows, output, lse);
    }
}
