package foco.driver.table;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import foco.driver.FocoConf;
import foco.driver.InvalidInputException;
import foco.driver.cluster.TaskSlots;
import foco.driver.metrics.JobLabel;
import foco.driver.shared.Shared;
import foco.kernels.dense.RotaryEmbedding;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/**
 * A DataFrame of tokens as sequences cut into blocks. The rows may stand in any order and any number of partitions; one
 * shuffle brings the rows of a block together, sorted, and checks them.
 *
 * <p>Columns: {@code position} (integral, 0 to n - 1 in each sequence), vector columns (array of float or double, or
 * MLlib vectors), {@code sequence} (a number, string, date or the like; may be absent where there is one sequence), and
 * {@code rotary_position} (integral; {@code position} if absent).
 */
public final class TokenTable {

    public static final String SEQUENCE = "sequence";
    public static final String POSITION = "position";
    public static final String ROTARY_POSITION = "rotary_position";
    /** The bean's property for it. */
    public static final String ROTARY = "rotary";

    static final String NO_SEQUENCE = "";
    public static final long NO_POSITION = Long.MIN_VALUE / 2;
    private static final List<String> VECTORS = List.of("first", "second", "third");
    private static final Set<DataType> INTEGRAL =
            Set.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

    private final JavaRDD<TokenBlock> blocks;
    private final Sequences sequences;
    private final DataType sequenceType;

    private TokenTable(JavaRDD<TokenBlock> blocks, Sequences sequences, DataType sequenceType) {
        this.blocks = blocks;
        this.sequences = sequences;
        this.sequenceType = sequenceType;
    }

    /**
     * Reads and checks a table.
     *
     * @throws InvalidInputException naming a column that is missing or of another type, or the first sequence and
     *     position at which something is wrong: missing, duplicate or negative positions, vectors of another width,
     *     NaN, infinite or missing numbers
     */
    public static TokenTable read(Dataset<Row> table, FocoConf conf, VectorColumn... columns) {
        return read(rows(table, columns), sequenceType(table), conf, columns);
    }

    /**
     * Reads and checks rows that {@link #rows} gave.
     *
     * @param sequenceType the type of the sequence column in the table that they come from, if it has one
     * @throws InvalidInputException naming the first sequence and position at which something is wrong
     */
    public static TokenTable read(
            Dataset<TokenRow> rows, Optional<DataType> sequenceType, FocoConf conf, VectorColumn... columns) {
        List<VectorColumn> wanted = List.of(columns);
        int blockRows = conf.blockRows();
        int partitions = 3
                * TaskSlots.atLeastOne(
                        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext()));
        JavaRDD<TokenBlock> blocks = rows.repartition(
                        partitions, col(SEQUENCE), expr("floor(" + POSITION + " / " + blockRows + ")"))
                .sortWithinPartitions(SEQUENCE, POSITION)
                .toJavaRDD()
                .mapPartitions(sorted -> new BlockAssembler(sorted, wanted, blockRows));
        DataType type = sequenceType.orElse(DataTypes.LongType);
        Sequences sequences =
                Sequences.of(outlines(blocks, columns), INTEGRAL.contains(type), sequenceType.isPresent());
        if (sequences.count() == 0) {
            throw new InvalidInputException("The table of %s has no rows.".formatted(names(columns)));
        }
        return new TokenTable(blocks, sequences, type);
    }

    /** The type of a table's sequence column, if it has one. */
    public static Optional<DataType> sequenceType(Dataset<Row> table) {
        return Arrays.asList(table.columns()).contains(SEQUENCE)
                ? Optional.of(table.schema().apply(SEQUENCE).dataType())
                : Optional.empty();
    }

    /** The sequences of a table by the numbers of their rows alone, which nothing else is known of. */
    public static Sequences count(Dataset<Row> table) {
        Map<String, Long> lengths = new TreeMap<>();
        for (Row row : table.groupBy(sequence(table).as(SEQUENCE)).count().collectAsList()) {
            lengths.put(row.getString(0), row.getLong(1));
        }
        return Sequences.of(lengths);
    }

    private static List<TokenBlock.Outline> outlines(JavaRDD<TokenBlock> blocks, VectorColumn... columns) {
        try (JobLabel label = JobLabel.of(blocks.context(), "reading and checking %s", names(columns))) {
            return blocks.map(TokenBlock::outline).collect();
        }
    }

    /** The table's rows with typed, unboxed vectors, in the order and partitions of the table; contents unchecked. */
    public static Dataset<TokenRow> rows(Dataset<Row> table, VectorColumn... columns) {
        Set<String> present = new HashSet<>(Arrays.asList(table.columns()));
        Column[] selected = new Column[3 + VECTORS.size()];
        selected[0] = sequence(table, present).as(SEQUENCE);
        selected[1] = position(table, present, POSITION).as(POSITION);
        selected[2] = position(table, present, present.contains(ROTARY_POSITION) ? ROTARY_POSITION : POSITION)
                .as(ROTARY);
        for (int i = 0; i < VECTORS.size(); i++) {
            Column vector = i < columns.length
                    ? vector(table, present, columns[i].name())
                    : lit(null).cast(DataTypes.createArrayType(DataTypes.FloatType, false));
            selected[3 + i] = vector.as(VECTORS.get(i));
        }
        return table.select(selected).as(Encoders.bean(TokenRow.class));
    }

    /** The names of the table's sequences; empty where a row has none. */
    public static Column sequence(Dataset<Row> table) {
        return sequence(table, new HashSet<>(Arrays.asList(table.columns())));
    }

    /** The table's positions as bigint, {@link #NO_POSITION} where a row has none. */
    public static Column position(Dataset<Row> table) {
        return position(table, new HashSet<>(Arrays.asList(table.columns())), POSITION);
    }

    private static Column sequence(Dataset<Row> table, Set<String> present) {
        if (!present.contains(SEQUENCE)) {
            return lit("0");
        }
        DataType type = table.schema().apply(SEQUENCE).dataType();
        if (type.typeName().matches("array|struct|map|binary|variant|udt")) {
            throw new InvalidInputException(
                    "Column sequence must hold numbers, strings or dates, and is %s.".formatted(type.simpleString()));
        }
        return coalesce(col(SEQUENCE).cast(DataTypes.StringType), lit(NO_SEQUENCE));
    }

    private static Column position(Dataset<Row> table, Set<String> present, String name) {
        DataType type = require(table, present, name);
        if (!INTEGRAL.contains(type)) {
            throw new InvalidInputException(
                    "Column %s must hold whole numbers (bigint), and is %s.".formatted(name, type.simpleString()));
        }
        return coalesce(col(name).cast(DataTypes.LongType), lit(NO_POSITION));
    }

    private static Column vector(Dataset<Row> table, Set<String> present, String name) {
        DataType type = require(table, present, name);
        if (type.equals(SQLDataTypes.VectorType())) {
            return org.apache.spark.ml.functions.vector_to_array(col(name), "float32");
        }
        if (!(type instanceof ArrayType array) || !(array.elementType() instanceof NumericType)) {
            throw new InvalidInputException(
                    "Column %s must hold arrays of float or double, or MLlib vectors, and is %s."
                            .formatted(name, type.simpleString()));
        }
        Column floats = col(name).cast(DataTypes.createArrayType(DataTypes.FloatType, array.containsNull()));
        // An unboxed array has no room for an empty element, so such a vector becomes an empty one and is reported.
        // array_contains is null exactly if its value is not found but could be: among empty elements.
        return array.containsNull() ? when(array_contains(floats, Float.NaN).isNotNull(), floats) : floats;
    }

    private static DataType require(Dataset<Row> table, Set<String> present, String name) {
        if (!present.contains(name)) {
            throw new InvalidInputException(
                    "The table has no column %s; it has %s.".formatted(name, String.join(", ", table.columns())));
        }
        return table.schema().apply(name).dataType();
    }

    private static String names(VectorColumn... columns) {
        return Arrays.stream(columns).map(VectorColumn::name).collect(Collectors.joining(", "));
    }

    /**
     * The same table with the vectors of a column turned by their rotary positions.
     *
     * @param lengths the positions of each sequence, by which some scalings of rotary embedding go
     * @param turned how many positions of a sequence have been turned already, by its name; none where it has no entry
     */
    public TokenTable rotated(
            int column,
            VectorColumn shape,
            Shared<RotaryEmbedding> rotary,
            Sequences lengths,
            Map<String, Long> turned) {
        return new TokenTable(
                blocks.map(block -> {
                    long length = lengths.length(lengths.index(block.sequence()));
                    return block.rotated(
                            column, shape, rotary.value().forLength(length), turned.getOrDefault(block.sequence(), 0L));
                }),
                sequences,
                sequenceType);
    }

    /** The blocks, in no order; computed from shuffled data each time. */
    public JavaRDD<TokenBlock> blocks() {
        return blocks;
    }

    /** The rows again, in no order, their vectors as they stand in the blocks. */
    public Dataset<TokenRow> rows(SparkSession spark) {
        return spark.createDataset(blocks.flatMap(TokenBlock::tokens).rdd(), Encoders.bean(TokenRow.class));
    }

    /** The name that a vector column has among {@link #rows}. */
    public static String vector(int column) {
        return VECTORS.get(column);
    }

    /** A hash of all that the table holds: the same for the same rows, in whatever order and partitions they come. */
    public String contentHash() {
        try (JobLabel label = JobLabel.of(blocks.context(), "hashing the input")) {
            return blocks.map(ContentHash::of).reduce(ContentHash::plus).toString();
        }
    }

    public Sequences sequences() {
        return sequences;
    }

    /** The type of the table's sequence column, bigint if it has none. */
    public DataType sequenceType() {
        return sequenceType;
    }
}
