package foco.driver.table;

import foco.driver.block.BlockLayout;
import foco.driver.block.InvalidInputException;
import foco.driver.block.SelectedRdd;
import foco.driver.block.Sequences;
import foco.driver.block.Sequences.Order;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.cluster.TaskSlots;
import foco.driver.metrics.AttentionJobs;
import foco.driver.metrics.JobLabel;
import foco.driver.settings.FocoConf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.HashPartitioner;
import org.apache.spark.Partitioner;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Brings a table's rows together in blocks. One pass over the table makes pieces of blocks, which Spark keeps on its
 * disks; what they are tells the lengths of the sequences, and whether a shuffle is needed.
 *
 * @param order of the names of sequences
 * @param named whether the table has a sequence column
 */
record TableBlocks(SparkContext context, FocoConf conf, List<VectorColumn> columns, Order order, boolean named) {

    /** Above this, a block is not read out of the partition that it came in. */
    private static final long SMALL_PARTITION_BYTES = 32L << 20;

    /**
     * Reads and checks rows.
     *
     * @param type of the sequence column, in SQL, if there is one
     * @param rotary whether the rows say by which position rotary embedding turns them
     * @return nothing if there are no rows
     */
    Optional<TokenBlocks> read(JavaRDD<TokenRow> rows, Optional<String> type, boolean rotary) {
        // Refuses what Spark would wait for without a word: tasks that no executor has the cores for.
        TaskSlots.atLeastOne(JavaSparkContext.fromSparkContext(context));
        List<VectorColumn> wanted = columns;
        int blockRows = conf.blockRows();
        JavaRDD<Piece> pieces = rows.mapPartitions(all -> new RowPieces(all, wanted, blockRows))
                .setName("rows as pieces of blocks")
                .persist(StorageLevel.DISK_ONLY());
        try {
            List<Piece.Outline> outlines = outlines(pieces);
            if (outlines.isEmpty()) {
                pieces.unpersist(false);
                return Optional.empty();
            }
            Sequences sequences = lengths(outlines).orElseThrow(() -> fault(pieces, outlines.size()));
            BlockLayout layout = BlockLayout.of(sequences, blockRows);
            JavaRDD<TokenBlock> blocks = liesWell(outlines, layout)
                    ? whereTheyLie(pieces, outlines, sequences, layout)
                    : shuffled(pieces, sequences, layout);
            TokenBlocks found = TokenBlocks.checked(
                    context,
                    conf,
                    sequences,
                    type.orElse(TokenBlocks.NUMBERS),
                    columns,
                    rotary,
                    blocks,
                    () -> pieces.unpersist(false));
            if (!areRuns(outlines)) {
                check(found);
            }
            return Optional.of(found);
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            pieces.unpersist(false);
            refusal(e).ifPresent(refused -> {
                throw refused;
            });
            throw e;
        }
    }

    /** What a task refused while it made the rows, as where {@code MultiHeadAttention} projects a table's. */
    private static Optional<InvalidInputException> refusal(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .filter(InvalidInputException.class::isInstance)
                .map(InvalidInputException.class::cast)
                .findFirst();
    }

    private String names() {
        return columns.stream().map(VectorColumn::name).collect(Collectors.joining(", "));
    }

    private List<Piece.Outline> outlines(JavaRDD<Piece> pieces) {
        try (JobLabel label = JobLabel.of(context, "reading and checking %s", names())) {
            return pieces.mapPartitionsWithIndex(TableBlocks::outlines, true).collect();
        }
    }

    private static Iterator<Piece.Outline> outlines(int partition, Iterator<Piece> pieces) {
        Iterable<Piece> all = () -> pieces;
        return StreamSupport.stream(all.spliterator(), false)
                .map(piece -> piece.outline(partition))
                .iterator();
    }

    /** The sequences, unless something is wrong with a row, or their numbers of rows cannot be. */
    private Optional<Sequences> lengths(List<Piece.Outline> outlines) {
        Map<String, long[]> rowsAndEnd = new HashMap<>();
        for (Piece.Outline piece : outlines) {
            if (piece.faulty() || piece.block() < 0 || !isName(piece.sequence())) {
                return Optional.empty();
            }
            long[] found = rowsAndEnd.computeIfAbsent(piece.sequence(), s -> new long[2]);
            found[0] += piece.rows();
            found[1] = Math.max(found[1], piece.last() + 1);
        }
        Map<String, Long> lengths = new TreeMap<>(order);
        for (Map.Entry<String, long[]> sequence : rowsAndEnd.entrySet()) {
            if (sequence.getValue()[0] != sequence.getValue()[1]) {
                return Optional.empty();
            }
            lengths.put(sequence.getKey(), sequence.getValue()[0]);
        }
        return Optional.of(Sequences.of(lengths, order));
    }

    private static boolean isName(String sequence) {
        return !sequence.equals(TokenTable.NO_SEQUENCE) && !sequence.equals(TokenTable.EMPTY_SEQUENCE);
    }

    /** What is wrong, if {@link #lengths} finds nothing. */
    private InvalidInputException fault(JavaRDD<Piece> pieces, int count) {
        int blockRows = conf.blockRows();
        Order ordered = Order.TEXTS; // of a block's pieces alone; a name may be none
        List<TokenBlock.Outline> outlines = pieces.mapToPair(
                        piece -> new Tuple2<>(new Tuple2<>(piece.sequence(), piece.block()), piece))
                .partitionBy(new HashPartitioner(Math.min(count, 4 * context.defaultParallelism())))
                .values()
                .mapPartitions(some -> PieceMerge.blocks(some, ordered, blockRows))
                .map(TokenBlock::outline)
                .collect();
        if (outlines.stream().anyMatch(block -> block.sequence().equals(TokenTable.NO_SEQUENCE))) {
            return new InvalidInputException("A row has no sequence; fill the column or drop it.");
        }
        if (outlines.stream().anyMatch(block -> block.sequence().equals(TokenTable.EMPTY_SEQUENCE))) {
            return new InvalidInputException("A sequence has the empty name \"\"; give it another.");
        }
        try {
            Sequences.of(outlines, order, named);
        } catch (InvalidInputException e) {
            return e;
        }
        throw new IllegalStateException("Rows changed while they were read; read them from where they stay the same.");
    }

    /** Whether the pieces are the blocks, or nearly, and can be read one by one. */
    private static boolean liesWell(List<Piece.Outline> outlines, BlockLayout layout) {
        Map<Integer, Long> bytes = new HashMap<>();
        outlines.forEach(piece -> bytes.merge(piece.partition(), piece.bytes(), Long::sum));
        return outlines.size() <= 2 * layout.blocks()
                && bytes.values().stream().allMatch(partition -> partition <= SMALL_PARTITION_BYTES);
    }

    private JavaRDD<TokenBlock> whereTheyLie(
            JavaRDD<Piece> pieces, List<Piece.Outline> outlines, Sequences sequences, BlockLayout layout) {
        List<List<Integer>> parents = new ArrayList<>();
        IntStream.range(0, layout.partitions()).forEach(p -> parents.add(new ArrayList<>()));
        int blockRows = conf.blockRows();
        for (Piece.Outline piece : outlines) {
            int block = layout.number(sequences.index(piece.sequence()), piece.block() * blockRows);
            List<Integer> some = parents.get(layout.partition(block));
            if (!some.contains(piece.partition())) {
                some.add(piece.partition());
            }
        }
        int[][] chosen = parents.stream()
                .map(some -> some.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        Order ordered = order;
        return SelectedRdd.of(pieces, chosen)
                .mapPartitionsWithIndex(
                        (partition, some) ->
                                PieceMerge.blocks(new Wanted(some, sequences, layout, partition), ordered, blockRows),
                        true);
    }

    /** Those of some pieces that are of the blocks in a partition. */
    private static final class Wanted implements Iterator<Piece> {

        private final Iterator<Piece> pieces;
        private final Sequences sequences;
        private final BlockLayout layout;
        private final int partition;
        private Piece next;

        Wanted(Iterator<Piece> pieces, Sequences sequences, BlockLayout layout, int partition) {
            this.pieces = pieces;
            this.sequences = sequences;
            this.layout = layout;
            this.partition = partition;
        }

        @Override
        public boolean hasNext() {
            while (next == null && pieces.hasNext()) {
                Piece piece = pieces.next();
                int block = layout.number(sequences.index(piece.sequence()), piece.block() * layout.blockRows());
                next = layout.partition(block) == partition ? piece : null;
            }
            return next != null;
        }

        @Override
        public Piece next() {
            hasNext();
            Piece piece = next;
            next = null;
            return piece;
        }
    }

    private JavaRDD<TokenBlock> shuffled(JavaRDD<Piece> pieces, Sequences sequences, BlockLayout layout) {
        Order ordered = order;
        int blockRows = conf.blockRows();
        return pieces.mapToPair(piece -> new Tuple2<>(
                        layout.number(sequences.index(piece.sequence()), piece.block() * blockRows), piece))
                .setName(AttentionJobs.INPUT)
                .partitionBy(new ByLayout(layout))
                .values()
                .mapPartitions(some -> PieceMerge.blocks(some, ordered, blockRows));
    }

    private static final class ByLayout extends Partitioner {

        private final BlockLayout layout;

        ByLayout(BlockLayout layout) {
            this.layout = layout;
        }

        @Override
        public int numPartitions() {
            return layout.partitions();
        }

        @Override
        public int getPartition(Object block) {
            return layout.partition((Integer) block);
        }
    }

    /** Whether the outlines alone show that each position is there once: pieces whose rows follow one another. */
    private boolean areRuns(List<Piece.Outline> outlines) {
        Map<String, TreeMap<Long, Piece.Outline>> runs = new HashMap<>();
        for (Piece.Outline piece : outlines) {
            if (!piece.run()
                    || runs.computeIfAbsent(piece.sequence(), s -> new TreeMap<>())
                                    .put(piece.first(), piece)
                            != null) {
                return false;
            }
        }
        return runs.values().stream().allMatch(TableBlocks::followOneAnother);
    }

    private static boolean followOneAnother(TreeMap<Long, Piece.Outline> runs) {
        long expected = 0;
        for (Piece.Outline run : runs.values()) {
            if (run.first() != expected) {
                return false;
            }
            expected += run.rows();
        }
        return true;
    }

    /** As many rows as the largest position says, and yet one may be missing where another is there twice. */
    private void check(TokenBlocks blocks) {
        try (JobLabel label = JobLabel.of(context, "checking the positions of %s", names())) {
            Sequences.of(blocks.grouped().map(TokenBlock::outline).collect(), order, named);
        }
    }
}
