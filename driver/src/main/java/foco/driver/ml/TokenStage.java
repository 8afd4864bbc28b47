package foco.driver.ml;

import static org.apache.spark.sql.functions.col;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.table.TokenTable;
import foco.kernels.AttentionSpec;
import foco.kernels.text.SpecText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A stage over tables of tokens, a row each: a column of positions, 0 to n - 1 in each sequence, one of sequences' names
 * where there are several, and a {@code spec} that says which attention it is.
 */
public abstract class TokenStage extends FocoStage {

    private static final String SEQUENCE = "__foco_sequence";
    private static final String POSITION = "__foco_position";

    private final Param<String> positionCol =
            name("positionCol", "column of each token's position, whole numbers from 0 in each sequence");
    private final Param<String> sequenceCol =
            name("sequenceCol", "column of the name of each token's sequence; not set: there is one sequence");
    private final Param<String> rotaryPositionCol = name(
            "rotaryPositionCol",
            "column of the position by which rotary embedding turns a token; not set: its position");
    private final Param<String> spec = param(
            "spec",
            "which attention it is",
            "a spec such as: heads 8, rotary, causal and window(4095, 0)",
            TokenStage::isSpec);

    TokenStage(String uid, String output, String outputDoc) {
        super(uid, output, outputDoc);
        setDefault(positionCol, TokenTable.POSITION);
        setDefault(spec, SpecText.parse("").toString());
    }

    /** Always true: what is wrong with it is told by the exception, and Spark would only say that it is not valid. */
    private static boolean isSpec(String text) {
        SpecText.parse(text);
        return true;
    }

    /** The column of positions; {@code position} by default. */
    public Param<String> positionCol() {
        return positionCol;
    }

    public String getPositionCol() {
        return getOrDefault(positionCol);
    }

    /** The column of sequences' names; none by default. */
    public Param<String> sequenceCol() {
        return sequenceCol;
    }

    public String getSequenceCol() {
        return getOrDefault(sequenceCol);
    }

    /** The column of positions for rotary embedding; none by default. */
    public Param<String> rotaryPositionCol() {
        return rotaryPositionCol;
    }

    public String getRotaryPositionCol() {
        return getOrDefault(rotaryPositionCol);
    }

    /** The text of the attention, as {@link SpecText} reads it; one head that sees all by default. */
    public Param<String> spec() {
        return spec;
    }

    public String getSpec() {
        return getOrDefault(spec);
    }

    final SpecText text() {
        return SpecText.parse(getSpec());
    }

    /** Checks the columns that all such stages read. */
    final void checkTokens(TableSchema schema) {
        schema.whole("positionCol", getPositionCol());
        value(sequenceCol).ifPresent(column -> schema.name("sequenceCol", column));
        value(rotaryPositionCol).ifPresent(column -> schema.whole("rotaryPositionCol", column));
    }

    /** The tokens with the names of columns that the library knows. */
    final Dataset<Row> tokens(Dataset<Row> table, List<Column> vectors) {
        List<Column> columns = new ArrayList<>(vectors);
        columns.add(column(table, getPositionCol()).as(TokenTable.POSITION));
        value(sequenceCol).ifPresent(name -> columns.add(column(table, name).as(TokenTable.SEQUENCE)));
        value(rotaryPositionCol)
                .ifPresent(name -> columns.add(column(table, name).as(TokenTable.ROTARY_POSITION)));
        return table.select(columns.toArray(Column[]::new));
    }

    final AttentionResult attend(AttentionSpec attention, Dataset<Row> tokens) {
        Attention plain = Attention.of(attention);
        return text().rotary(attention.keyWidth())
                .map(plain::withRotary)
                .orElse(plain)
                .attend(tokens);
    }

    /** The table with columns of a result's, brought together by sequence and position. */
    final Dataset<Row> joined(Dataset<Row> table, Dataset<Row> result, List<Column> added) {
        List<Column> keyed = new ArrayList<>(added);
        keyed.add(col(TokenTable.POSITION).as(POSITION));
        keyed.add(col(TokenTable.SEQUENCE).as(SEQUENCE));
        Dataset<Row> right = result.select(keyed.toArray(Column[]::new));
        Column same = column(table, getPositionCol()).equalTo(right.col(POSITION));
        Optional<String> sequence = value(sequenceCol);
        Column both = sequence.isEmpty()
                ? same
                : same.and(column(table, sequence.get()).equalTo(right.col(SEQUENCE)));
        return table.join(right, both).drop(right.col(POSITION)).drop(right.col(SEQUENCE));
    }
}
