package foco.driver.block;

import foco.driver.cluster.TaskSlots;
import foco.driver.metrics.JobLabel;
import foco.driver.settings.FocoConf;
import foco.driver.shared.Shared;
import foco.kernels.dense.RotaryEmbedding;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Tokens of some sequences, in blocks of consecutive positions all over the cluster: what sources make, layers map, and
 * attention takes and gives. Each block lies in the partition that a {@link BlockLayout} says, so that sets over the same
 * sequences meet without a shuffle and a task reads just the blocks that it wants.
 *
 * <p>Blocks are read or computed when they are asked for, each time. What Spark keeps for them is freed by
 * {@link #close}.
 */
public final class TokenBlocks implements AutoCloseable {

    /** The type of sequence names where nothing else is said. */
    public static final String NUMBERS = "bigint";

    private static final String TEXTS = "string";

    private final SparkContext context;
    private final FocoConf conf;
    private final Sequences sequences;
    private final String sequenceType;
    private final List<VectorColumn> columns;
    private final BlockLayout layout;
    private final boolean rotaryPositions;
    private final JavaRDD<TokenBlock> blocks;
    private final List<TokenBlocks> unchecked;
    private final Runnable release;

    private TokenBlocks(
            SparkContext context,
            FocoConf conf,
            Sequences sequences,
            String sequenceType,
            List<VectorColumn> columns,
            BlockLayout layout,
            boolean rotaryPositions,
            JavaRDD<TokenBlock> blocks,
            List<TokenBlocks> unchecked,
            Runnable release) {
        this.context = context;
        this.conf = conf;
        this.sequences = sequences;
        this.sequenceType = sequenceType;
        this.columns = columns;
        this.layout = layout;
        this.rotaryPositions = rotaryPositions;
        this.blocks = blocks;
        this.unchecked = unchecked == null ? List.of(this) : unchecked;
        this.release = release;
    }

    /**
     * The blocks of a source. Nothing is read yet.
     *
     * @param conf says how many rows a block has
     */
    public static TokenBlocks of(SparkContext context, TokenSource source, FocoConf conf) {
        BlockLayout layout = BlockLayout.of(source.sequences(), conf.blockRows());
        return new TokenBlocks(
                context,
                conf,
                source.sequences(),
                source.sequences().order() == Sequences.Order.NUMBERS ? NUMBERS : TEXTS,
                source.columns(),
                layout,
                source.hasRotaryPositions(),
                new SourceRdd(context, source, layout).toJavaRDD(),
                null,
                () -> {});
    }

    /**
     * Blocks that somebody has checked.
     *
     * @param sequenceType the type of the names of sequences, in SQL
     * @param rotaryPositions whether blocks say by which position rotary embedding turns a row
     * @param blocks in the partitions of the sequences' {@link BlockLayout}, in order there
     * @param release frees what Spark keeps for them
     */
    public static TokenBlocks checked(
            SparkContext context,
            FocoConf conf,
            Sequences sequences,
            String sequenceType,
            List<VectorColumn> columns,
            boolean rotaryPositions,
            JavaRDD<TokenBlock> blocks,
            Runnable release) {
        BlockLayout layout = BlockLayout.of(sequences, conf.blockRows());
        return new TokenBlocks(
                context, conf, sequences, sequenceType, columns, layout, rotaryPositions, blocks, List.of(), release);
    }

    private TokenBlocks with(List<VectorColumn> others, JavaRDD<TokenBlock> mapped, List<TokenBlocks> roots) {
        return new TokenBlocks(
                context, conf, sequences, sequenceType, others, layout, rotaryPositions, mapped, roots, () -> {});
    }

    /** What becomes of a block, whose sequence, positions and rows stay. */
    @FunctionalInterface
    public interface BlockFunction extends Serializable {
        float[][] apply(TokenBlock block);
    }

    /**
     * What a row-wise layer makes of each block; computed where the block is.
     *
     * @param made the vectors that {@code layer} gives
     */
    public TokenBlocks map(List<VectorColumn> made, BlockFunction layer) {
        return with(List.copyOf(made), blocks.map(block -> block.with(layer.apply(block))), unchecked);
    }

    /**
     * What a row-wise layer makes of the vectors; computed where the blocks are, several short ones together.
     *
     * @param made the vectors that {@code layer} gives
     */
    public TokenBlocks mapRows(List<VectorColumn> made, RowFunction.OfTask layer) {
        return with(
                List.copyOf(made), blocks.mapPartitions(some -> new RowBatches(some, layer.open()), true), unchecked);
    }

    /**
     * The vectors of two sets over the same sequences, side by side; without a shuffle.
     *
     * @throws IllegalArgumentException if the other set has other sequences or blocks
     */
    public TokenBlocks beside(TokenBlocks other) {
        requireSameBlocks(other);
        List<VectorColumn> all =
                Stream.concat(columns.stream(), other.columns.stream()).toList();
        JavaRDD<TokenBlock> pairs = blocks.zipPartitions(other.blocks, BlockPairs::beside);
        return with(all, pairs, BlockCheck.both(unchecked, other.unchecked));
    }

    private void requireSameBlocks(TokenBlocks other) {
        if (!sequences.equals(other.sequences) || layout.blockRows() != other.layout.blockRows()) {
            throw new IllegalArgumentException(
                    "Only sets over the same sequences, in blocks of as many rows, go together; these have %,d sequences with %,d positions and %,d with %,d."
                            .formatted(
                                    sequences.count(),
                                    sequences.positions(),
                                    other.sequences.count(),
                                    other.sequences.positions()));
        }
    }

    /**
     * The same blocks, kept from when they are first computed until {@link #close}: in memory, or on disk where they are many.
     *
     * @param name as Spark's pages show it
     */
    public TokenBlocks kept(String name) {
        return with(blocks.map(block -> block)
                .setName(name)
                .persist(BlockStorage.of(context, sequences.positions() * rowBytes())));
    }

    private long rowBytes() {
        return Math.max(
                1,
                Float.BYTES
                        * (long) columns.stream()
                                .mapToInt(VectorColumn::elements)
                                .sum());
    }

    /**
     * {@link #kept}; where nothing can be lost with an executor, as there is but one process, what they are made of is not
     * asked for again after the first job that computes them, and may be closed.
     */
    public TokenBlocks keptAlone(String name) {
        TokenBlocks kept = kept(name);
        if (context.isLocal()) {
            kept.blocks.rdd().localCheckpoint();
        }
        return kept;
    }

    private TokenBlocks with(JavaRDD<TokenBlock> kept) {
        return new TokenBlocks(
                context,
                conf,
                sequences,
                sequenceType,
                columns,
                layout,
                rotaryPositions,
                kept,
                unchecked,
                () -> kept.unpersist(false));
    }

    /**
     * Computes all blocks now, for what is {@link #kept} to be there.
     *
     * @param label of the job, on Spark's pages and in its listeners
     */
    public void compute(String label) {
        try (JobLabel of = JobLabel.of(context, "%s", label)) {
            grouped().foreachPartition(some -> some.forEachRemaining(block -> {}));
        }
    }

    /** Some of the vector columns. */
    public TokenBlocks select(String... names) {
        int[] chosen = Stream.of(names).mapToInt(this::column).toArray();
        return map(
                IntStream.of(chosen).mapToObj(columns::get).toList(),
                block -> IntStream.of(chosen).mapToObj(c -> block.columns()[c]).toArray(float[][]::new));
    }

    /**
     * The sums of the vectors of two sets over the same sequences, such as a residual; without a shuffle.
     *
     * @throws IllegalArgumentException if the other set has other sequences or vectors
     */
    public TokenBlocks plus(TokenBlocks other) {
        requireSameBlocks(other);
        if (!elements().equals(other.elements())) {
            throw new IllegalArgumentException(
                    "Only vectors of the same widths add up; these are %s and %s.".formatted(columns, other.columns));
        }
        JavaRDD<TokenBlock> sums = blocks.zipPartitions(other.blocks, BlockPairs::sums);
        return with(columns, sums, BlockCheck.both(unchecked, other.unchecked));
    }

    private List<Integer> elements() {
        return columns.stream().map(VectorColumn::elements).toList();
    }

    /**
     * The tokens of each sequence after those of its past, whose positions come first; sequences of which only a past is
     * there are part of it too. Blocks are cut anew from those that hold their rows, without a shuffle. Rotary positions
     * count from the past's first unless these blocks have their own.
     *
     * @param past with the same columns in the same order
     */
    public TokenBlocks after(TokenBlocks past) {
        return Concatenation.of(this, past);
    }

    /** For {@link Concatenation}. */
    static TokenBlocks concatenated(
            TokenBlocks tokens, TokenBlocks past, Sequences sequences, JavaRDD<TokenBlock> blocks) {
        return new TokenBlocks(
                tokens.context,
                tokens.conf,
                sequences,
                tokens.sequenceType,
                tokens.columns,
                BlockLayout.of(sequences, tokens.conf.blockRows()),
                true,
                blocks,
                BlockCheck.both(past.unchecked, tokens.unchecked),
                () -> {});
    }

    /**
     * The same tokens with the vectors of a column turned by their rotary positions.
     *
     * @param lengths the positions of each sequence, by which some scalings of rotary embedding go
     * @param turned how many positions of a sequence have been turned already, by its name; none where it has no entry
     * @param shifts what is added to the rotary positions of a sequence, by its name; nothing where it has no entry
     */
    public TokenBlocks rotated(
            int column,
            Shared<RotaryEmbedding> rotary,
            Sequences lengths,
            Map<String, Long> turned,
            Map<String, Long> shifts) {
        VectorColumn shape = columns.get(column);
        JavaRDD<TokenBlock> rotated = blocks.map(block -> block.rotated(
                column,
                shape,
                rotary.value().forLength(lengths.length(lengths.index(block.sequence()))),
                turned.getOrDefault(block.sequence(), 0L),
                shifts.getOrDefault(block.sequence(), 0L)));
        return with(columns, rotated, unchecked);
    }

    /** The sets that these are made of and that nobody has looked at yet. */
    List<TokenBlocks> unchecked() {
        return unchecked;
    }

    String columnNames() {
        return columns.stream().map(VectorColumn::name).collect(Collectors.joining(", "));
    }

    /** The blocks, each in the partition of the {@link #layout}. */
    public JavaRDD<TokenBlock> blocks() {
        return blocks;
    }

    /** The blocks in order, in as many partitions as make good tasks where all are read. */
    public JavaRDD<TokenBlock> grouped() {
        int slots = TaskSlots.atLeastOne(JavaSparkContext.fromSparkContext(context));
        return SelectedRdd.of(blocks, TaskGroups.of(layout, rowBytes(), sequences.positions(), slots));
    }

    /** A hash of all that there is: the same for the same tokens, however they came. */
    public String contentHash() {
        try (JobLabel label = JobLabel.of(context, "hashing the input")) {
            return grouped().map(ContentHash::of).reduce(ContentHash::plus).toString();
        }
    }

    public SparkContext context() {
        return context;
    }

    public FocoConf conf() {
        return conf;
    }

    public Sequences sequences() {
        return sequences;
    }

    /** The type of the names of sequences, in SQL. */
    public String sequenceType() {
        return sequenceType;
    }

    public List<VectorColumn> columns() {
        return columns;
    }

    public BlockLayout layout() {
        return layout;
    }

    /** Whether blocks say by which position rotary embedding turns a row; else that is the row's own. */
    public boolean hasRotaryPositions() {
        return rotaryPositions;
    }

    /**
     * The place of a vector column.
     *
     * @throws InvalidInputException if there is none of this name
     */
    public int column(String name) {
        return find(name)
                .orElseThrow(() -> new InvalidInputException(
                        "There are no vectors named %s; there are %s.".formatted(name, columnNames())));
    }

    private Optional<Integer> find(String name) {
        return IntStream.range(0, columns.size())
                .filter(c -> columns.get(c).name().equals(name))
                .boxed()
                .findFirst();
    }

    /** Frees what Spark keeps for these blocks; they cannot be read any more if a shuffle or a cache was part of them. */
    @Override
    public void close() {
        release.run();
    }
}
