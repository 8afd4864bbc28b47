package foco.driver.analysis;

import static org.apache.spark.sql.functions.col;

import foco.driver.block.Sequences;
import foco.driver.block.TokenBlocks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** What was found as tables. */
public final class AnalysisTables {

    /** The table of what is of each key, where queries are not the keys. */
    public static final String KEYS = "keys";

    private final String sequenceType;
    private final Sequences sequences;
    private final List<Statistic<?>> statistics;
    private final ArrayList<HeadScope> scopes;
    private final boolean areSame;

    AnalysisTables(TokenBlocks queries, List<Statistic<?>> statistics, List<HeadScope> scopes, SpanOrder order) {
        this.sequenceType = queries.sequenceType();
        this.sequences = queries.sequences();
        this.statistics = statistics;
        this.scopes = new ArrayList<>(scopes);
        this.areSame = order.areSame();
    }

    private String table(Statistic<?> statistic) {
        boolean ofKeys =
                statistic instanceof KeyStatistic<?> && statistic.table().equals(Statistic.POSITIONS);
        return ofKeys && !areSame ? KEYS : statistic.table();
    }

    /** Whether a table has a row for each position, with the columns of all its statistics side by side. */
    private static boolean isSideBySide(String table) {
        return table.equals(Statistic.POSITIONS) || table.equals(KEYS);
    }

    /**
     * The names of the tables.
     *
     * @param chosen what is wanted of the statistics: the first so many
     */
    public List<String> names(int chosen) {
        return statistics.stream().limit(chosen).map(this::table).distinct().toList();
    }

    /**
     * The columns of a table, that of the sequence as a string.
     *
     * @param chosen what is wanted of the statistics: the first so many
     */
    public StructType type(String name, int chosen) {
        int[] own = own(name, chosen);
        boolean ofHeads = statistics.get(own[0]) instanceof HeadStatistic<?>;
        StructType type = new StructType().add("sequence", "string").add("head", "int");
        type = ofHeads ? type : type.add("position", "int");
        int limit = isSideBySide(name) ? own.length : 1;
        for (int s : Arrays.copyOf(own, limit)) {
            for (var column : StructType.fromDDL(statistics.get(s).columns()).fields()) {
                type = type.add(column);
            }
        }
        return type;
    }

    /** The places of a table's statistics. */
    private int[] own(String name, int chosen) {
        return IntStream.range(0, chosen)
                .filter(s -> table(statistics.get(s)).equals(name))
                .toArray();
    }

    private TableRows rows(String name, int chosen) {
        int[] own = own(name, chosen);
        List<Statistic<?>> all =
                Arrays.stream(own).<Statistic<?>>mapToObj(statistics::get).toList();
        return new TableRows(
                new ArrayList<>(all), own, scopes, sequences, type(name, chosen).size(), isSideBySide(name));
    }

    /** A table by its name. */
    public Dataset<Row> table(SparkSession spark, JavaRDD<HeadSpan> spans, String name, int chosen) {
        StructType type = type(name, chosen);
        TableRows rows = rows(name, chosen);
        JavaRDD<Row> made = spans.flatMap(rows::of).map(RowFactory::create);
        Dataset<Row> table = spark.createDataFrame(made, type);
        String[] others = Arrays.copyOfRange(type.fieldNames(), 1, type.size());
        return table.select(Stream.concat(
                        Stream.of(col("sequence").cast(sequenceType).as("sequence")),
                        Stream.of(others).map(column -> col("`%s`".formatted(column))))
                .toArray(org.apache.spark.sql.Column[]::new));
    }

    /** All tables side by side. */
    public JavaRDD<AnalysisPart> parts(JavaRDD<HeadSpan> spans, int chosen) {
        HashMap<String, TableRows> tables = new HashMap<>();
        names(chosen).forEach(name -> tables.put(name, rows(name, chosen)));
        return spans.map(span -> new AnalysisPart(span, tables));
    }
}
