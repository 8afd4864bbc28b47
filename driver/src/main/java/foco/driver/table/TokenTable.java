package foco.driver.table;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import foco.driver.block.InvalidInputException;
import foco.driver.block.Sequences;
import foco.driver.block.Sequences.Order;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.settings.FocoConf;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
import org.apache.spark.sql.types.StructField;

/**
 * Tables of tokens as blocks, and blocks as tables. The rows may stand in any order and any number of partitions. Where
 * small partitions hold them nearly in order, they are read as they lie; else one shuffle brings the rows of a block
 * together.
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

    /** In {@link #rows}, of a row without a sequence. */
    public static final String NO_SEQUENCE = "";
    /** In place of an empty name, so that it is not taken for none. */
    static final String EMPTY_SEQUENCE = "\0";

    public static final long NO_POSITION = Long.MIN_VALUE / 2;
    private static final List<String> VECTORS = List.of("first", "second", "third");
    private static final Set<DataType> INTEGRAL =
            Set.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

    private TokenTable() {}

    /**
     * Reads and checks a table.
     *
     * @return its blocks, which the caller closes when they are not read any more
     * @throws InvalidInputException naming a column that is missing or of another type, or the first sequence and
     *     position at which something is wrong: missing, duplicate or negative positions, vectors of another width,
     *     NaN, infinite or missing numbers
     */
    public static TokenBlocks read(Dataset<Row> table, FocoConf conf, VectorColumn... columns) {
        return readIfAny(table, conf, columns)
                .orElseThrow(() -> new InvalidInputException("The table of %s has no rows."
                        .formatted(
                                Arrays.stream(columns).map(VectorColumn::name).collect(Collectors.joining(", ")))));
    }

    /** {@link #read}, or nothing if the table has no rows. */
    public static Optional<TokenBlocks> readIfAny(Dataset<Row> table, FocoConf conf, VectorColumn... columns) {
        Optional<DataType> type = sequenceType(table);
        boolean rotary = new TableColumns(table).has(ROTARY_POSITION);
        TableBlocks blocks = new TableBlocks(
                table.sparkSession().sparkContext(),
                conf,
                List.of(columns),
                INTEGRAL.contains(type.orElse(DataTypes.LongType)) ? Order.NUMBERS : Order.TEXTS,
                type.isPresent());
        return blocks.read(rows(table, columns).toJavaRDD(), type.map(DataType::sql), rotary);
    }

    /** The type of a table's sequence column, if it has one. */
    public static Optional<DataType> sequenceType(Dataset<Row> table) {
        return new TableColumns(table).find(SEQUENCE).map(StructField::dataType);
    }

    /** The sequences of a table by the numbers of their rows alone, which nothing else is known of. */
    public static Sequences count(Dataset<Row> table) {
        Map<String, Long> lengths = new TreeMap<>();
        for (Row row : table.groupBy(sequence(table).as(SEQUENCE)).count().collectAsList()) {
            lengths.put(row.getString(0), row.getLong(1));
        }
        return Sequences.of(lengths);
    }

    /** The table's rows with typed, unboxed vectors, in the order and partitions of the table; contents unchecked. */
    public static Dataset<TokenRow> rows(Dataset<Row> table, VectorColumn... columns) {
        TableColumns found = new TableColumns(table);
        Column[] selected = new Column[3 + VECTORS.size()];
        selected[0] = sequence(found).as(SEQUENCE);
        selected[1] = position(found, POSITION).as(POSITION);
        selected[2] = position(found, found.has(ROTARY_POSITION) ? ROTARY_POSITION : POSITION)
                .as(ROTARY);
        for (int i = 0; i < VECTORS.size(); i++) {
            Column vector = i < columns.length
                    ? vector(found, columns[i].name())
                    : lit(null).cast(DataTypes.createArrayType(DataTypes.FloatType, false));
            selected[3 + i] = vector.as(VECTORS.get(i));
        }
        return table.select(selected).as(Encoders.bean(TokenRow.class));
    }

    /** The names of the table's sequences; empty where a row has none. */
    public static Column sequence(Dataset<Row> table) {
        return sequence(new TableColumns(table));
    }

    /** The table's positions as bigint, {@link #NO_POSITION} where a row has none. */
    public static Column position(Dataset<Row> table) {
        return position(new TableColumns(table), POSITION);
    }

    private static Column sequence(TableColumns found) {
        if (!found.has(SEQUENCE)) {
            return lit("0");
        }
        DataType type = found.require(SEQUENCE).dataType();
        if (type.typeName().matches("array|struct|map|binary|variant|udt")) {
            throw new InvalidInputException(
                    "Column sequence must hold numbers, strings or dates, and is %s.".formatted(type.simpleString()));
        }
        Column name = found.column(SEQUENCE).cast(DataTypes.StringType);
        return when(name.isNull(), lit(NO_SEQUENCE))
                .when(name.equalTo(""), lit(EMPTY_SEQUENCE))
                .otherwise(name);
    }

    private static Column position(TableColumns found, String name) {
        DataType type = found.require(name).dataType();
        if (!INTEGRAL.contains(type)) {
            throw new InvalidInputException(
                    "Column %s must hold whole numbers (bigint), and is %s.".formatted(name, type.simpleString()));
        }
        return coalesce(found.column(name).cast(DataTypes.LongType), lit(NO_POSITION));
    }

    private static Column vector(TableColumns found, String name) {
        DataType type = found.require(name).dataType();
        Column column = found.column(name);
        if (type.equals(SQLDataTypes.VectorType())) {
            return org.apache.spark.ml.functions.vector_to_array(column, "float32");
        }
        if (!(type instanceof ArrayType array) || !(array.elementType() instanceof NumericType)) {
            throw new InvalidInputException(
                    "Column %s must hold arrays of float or double, or MLlib vectors, and is %s."
                            .formatted(name, type.simpleString()));
        }
        Column floats = column.cast(DataTypes.createArrayType(DataTypes.FloatType, array.containsNull()));
        // An unboxed array has no room for an empty element, so such a vector becomes an empty one and is reported.
        // array_contains is null exactly if its value is not found but could be: among empty elements.
        return array.containsNull() ? when(array_contains(floats, Float.NaN).isNotNull(), floats) : floats;
    }

    /**
     * Blocks as a table.
     *
     * @return {@code sequence} (of the blocks' type), {@code position bigint}, and an {@code array<float>} for each vector
     *     column, in the order of sequences and positions
     */
    public static Dataset<Row> rows(SparkSession spark, TokenBlocks blocks) {
        List<VectorColumn> columns = blocks.columns();
        if (columns.size() > VECTORS.size()) {
            throw new IllegalArgumentException(
                    "At most %d vector columns go to a table at a time, and these are %s; select some."
                            .formatted(VECTORS.size(), columns));
        }
        Dataset<TokenRow> rows =
                spark.createDataset(blocks.grouped().flatMap(TokenTable::rows).rdd(), Encoders.bean(TokenRow.class));
        Column[] selected = new Column[2 + columns.size()];
        selected[0] = col(SEQUENCE).cast(blocks.sequenceType()).as(SEQUENCE);
        selected[1] = col(POSITION);
        for (int c = 0; c < columns.size(); c++) {
            selected[2 + c] = col(VECTORS.get(c)).as(columns.get(c).name());
        }
        return rows.select(selected);
    }

    private static Iterator<TokenRow> rows(TokenBlock block) {
        return IntStream.range(0, block.rows())
                .mapToObj(i -> {
                    TokenRow row = new TokenRow();
                    row.setSequence(block.sequence());
                    row.setPosition(block.firstPosition() + i);
                    for (int c = 0; c < block.columns().length; c++) {
                        int width = block.width(c);
                        row.set(c, Arrays.copyOfRange(block.columns()[c], i * width, (i + 1) * width));
                    }
                    return row;
                })
                .iterator();
    }
}
