package foco.driver.analysis;

import foco.driver.block.BlockLayout;
import foco.kernels.fold.FoldResult;
import foco.kernels.fold.SpanResult;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.Partitioner;
import scala.Tuple2;

/**
 * Which spans there are, and in which partition each lies: they are in the order of sequences, heads and positions. A span is as
 * long as a run of queries.
 */
final class SpanOrder extends Partitioner {

    private final BlockLayout queries;
    private final BlockLayout keys;
    private final int[] keySequences;
    private final int[] sequences;
    private final int heads;
    private final boolean areSame;
    private final int partitions;

    /**
     * @param queries the runs of queries
     * @param keys spans of keys
     * @param keySequences for each sequence of the queries, its place among those of the keys
     * @param areSame whether a query of a position is the key of this position
     * @param wanted how many partitions there should be
     */
    SpanOrder(BlockLayout queries, BlockLayout keys, int[] keySequences, int heads, boolean areSame, long wanted) {
        this.queries = queries;
        this.keys = keys;
        this.keySequences = keySequences;
        this.sequences = new int[keys.sequences()];
        for (int s = 0; s < keySequences.length; s++) {
            sequences[keySequences[s]] = s;
        }
        this.heads = heads;
        this.areSame = areSame;
        this.partitions = (int) Math.max(1, Math.min(spans(), wanted));
    }

    /** How many spans there are. */
    int spans() {
        int ofQueries = Math.multiplyExact(heads, queries.blocks());
        return areSame ? ofQueries : Math.addExact(ofQueries, Math.multiplyExact(heads, keys.blocks()));
    }

    @Override
    public int numPartitions() {
        return partitions;
    }

    @Override
    public int getPartition(Object span) {
        return (int) ((long) (Integer) span * partitions / spans());
    }

    /** Whether a query of a position is the key of this position. */
    boolean areSame() {
        return areSame;
    }

    private static int number(BlockLayout layout, int sequence, int head, int block, int heads) {
        int first = layout.firstBlockOf(sequence);
        return heads * first + head * (layout.firstBlockOf(sequence + 1) - first) + block - first;
    }

    private int ofQueries(int sequence, int head, int run) {
        return number(queries, sequence, head, run, heads);
    }

    private int ofKeys(int sequence, int head, int block) {
        int before = areSame ? 0 : heads * queries.blocks();
        return before + number(keys, keySequences[sequence], head, block, heads);
    }

    /** Cuts what an item found into the pieces of spans. */
    Iterator<Tuple2<Integer, SpanPiece>> cut(List<FoldSweep.Chosen> statistics, FoldOutput output) {
        int sequence = queries.sequence(output.run());
        Map<Integer, SpanPiece> pieces = new TreeMap<>();
        int own = ofQueries(sequence, output.head(), output.run());
        pieces.put(
                own,
                new SpanPiece(output.run(), output.expected(), output.largest(), new FoldResult<?>[statistics.size()]));
        for (int s = 0; s < statistics.size(); s++) {
            Statistic<?> statistic = statistics.get(s).statistic();
            FoldResult<?> found = output.found()[s];
            if (statistic instanceof QueryStatistic<?>) {
                pieces.get(own).found()[s] = found;
            } else if (statistic instanceof HeadStatistic<?>) {
                int first = ofQueries(sequence, output.head(), queries.firstBlockOf(sequence));
                piece(pieces, first, output.run(), statistics.size()).found()[s] = found;
            } else {
                cutKeys(pieces, sequence, output, s, statistics.size());
            }
        }
        List<Tuple2<Integer, SpanPiece>> all = new ArrayList<>();
        pieces.forEach((number, piece) -> all.add(new Tuple2<>(number, piece)));
        return all.iterator();
    }

    private void cutKeys(
            Map<Integer, SpanPiece> pieces, int sequence, FoldOutput output, int statistic, int statistics) {
        int keySequence = keySequences[sequence];
        SpanResult<?> found = (SpanResult<?>) output.found()[statistic];
        for (int block = keys.firstBlockOf(keySequence); block < keys.firstBlockOf(keySequence + 1); block++) {
            int number = ofKeys(sequence, output.head(), block);
            piece(pieces, number, output.run(), statistics).found()[statistic] =
                    found.span(keys.firstPosition(block), keys.rows(block));
        }
    }

    private static SpanPiece piece(Map<Integer, SpanPiece> pieces, int number, int run, int statistics) {
        return pieces.computeIfAbsent(number, n -> new SpanPiece(run, new double[0], 0, new FoldResult<?>[statistics]));
    }

    /** A span by its number. */
    record Span(int sequence, int head, long first, int count, boolean ofQueries, boolean ofKeys) {}

    Span span(int number) {
        boolean ofQueries = number < heads * queries.blocks();
        BlockLayout layout = ofQueries ? queries : keys;
        int left = ofQueries ? number : number - heads * queries.blocks();
        int its = layout.sequence(left / heads);
        // Within a sequence heads come before blocks.
        int blocks = layout.firstBlockOf(its + 1) - layout.firstBlockOf(its);
        int within = left - heads * layout.firstBlockOf(its);
        int block = layout.firstBlockOf(its) + within % blocks;
        int sequence = ofQueries ? its : sequences[its];
        return new Span(
                sequence,
                within / blocks,
                layout.firstPosition(block),
                layout.rows(block),
                ofQueries,
                areSame || !ofQueries);
    }
}
