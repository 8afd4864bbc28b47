package foco.driver.analysis;

import static org.apache.spark.sql.functions.col;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlocks;
import foco.kernels.fold.FoldResult;
import foco.kernels.fold.SpanResult;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
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

    /** A table by its name. */
    public Dataset<Row> table(SparkSession spark, JavaRDD<HeadSpan> spans, String name, int chosen) {
        int[] own = IntStream.range(0, chosen)
                .filter(s -> table(statistics.get(s)).equals(name))
                .toArray();
        boolean ofHeads = statistics.get(own[0]) instanceof HeadStatistic<?>;
        StructType schema = new StructType().add("sequence", "string").add("head", "int");
        schema = ofHeads ? schema : schema.add("position", "int");
        int limit = isSideBySide(name) ? own.length : 1;
        for (int s : Arrays.copyOf(own, limit)) {
            for (var column : StructType.fromDDL(statistics.get(s).columns()).fields()) {
                schema = schema.add(column);
            }
        }
        List<Statistic<?>> all =
                Arrays.stream(own).<Statistic<?>>mapToObj(statistics::get).toList();
        Rows rows = new Rows(new ArrayList<>(all), own, scopes, sequences, schema.size());
        JavaRDD<Row> made = isSideBySide(name) ? spans.flatMap(rows::sideBySide) : spans.flatMap(rows::inTurn);
        Dataset<Row> table = spark.createDataFrame(made, schema);
        String[] others = Arrays.copyOfRange(schema.fieldNames(), 1, schema.size());
        return table.select(Stream.concat(
                        Stream.of(col("sequence").cast(sequenceType).as("sequence")),
                        Stream.of(others).map(column -> col("`%s`".formatted(column))))
                .toArray(org.apache.spark.sql.Column[]::new));
    }

    /** Makes rows of what was found. */
    @DefaultSerializer(JavaSerializer.class)
    private record Rows(
            ArrayList<Statistic<?>> statistics,
            int[] places,
            ArrayList<HeadScope> scopes,
            Sequences sequences,
            int width)
            implements Serializable {

        /** A row for each position. */
        Iterator<Row> sideBySide(HeadSpan span) {
            if (Arrays.stream(places).anyMatch(s -> span.found()[s] == null)) {
                return Stream.<Row>empty().iterator();
            }
            HeadScope scope = scopes.get(span.sequence()).of(span.head());
            return LongStream.range(span.first(), span.first() + span.count())
                    .mapToObj(position -> {
                        Object[] values = begin(span);
                        values[2] = (int) position;
                        int[] at = {3};
                        for (int s = 0; s < places.length; s++) {
                            int from = at[0];
                            rows(s, span, scope, position, some -> {
                                System.arraycopy(some, 0, values, from, some.length);
                                at[0] = from + some.length;
                            });
                        }
                        return RowFactory.create(values);
                    })
                    .iterator();
        }

        /** The rows of one statistic after those of another. */
        Iterator<Row> inTurn(HeadSpan span) {
            HeadScope scope = scopes.get(span.sequence()).of(span.head());
            return IntStream.range(0, places.length)
                    .filter(s -> span.found()[places[s]] != null)
                    .boxed()
                    .flatMap(s -> inTurn(s, span, scope))
                    .iterator();
        }

        private Stream<Row> inTurn(int statistic, HeadSpan span, HeadScope scope) {
            if (statistics.get(statistic) instanceof HeadStatistic<?>) {
                List<Row> rows = new ArrayList<>();
                rows(statistic, span, scope, 0, some -> rows.add(row(span, some)));
                return rows.stream();
            }
            return LongStream.range(span.first(), span.first() + span.count())
                    .boxed()
                    .flatMap(position -> {
                        List<Row> rows = new ArrayList<>();
                        rows(statistic, span, scope, position, some -> rows.add(row(span, position, some)));
                        return rows.stream();
                    });
        }

        private Object[] begin(HeadSpan span) {
            Object[] values = new Object[width];
            values[0] = sequences.name(span.sequence());
            values[1] = span.head();
            return values;
        }

        private Row row(HeadSpan span, Object[] some) {
            Object[] values = begin(span);
            System.arraycopy(some, 0, values, 2, some.length);
            return RowFactory.create(values);
        }

        private Row row(HeadSpan span, long position, Object[] some) {
            Object[] values = begin(span);
            values[2] = (int) position;
            System.arraycopy(some, 0, values, 3, some.length);
            return RowFactory.create(values);
        }

        private void rows(int statistic, HeadSpan span, HeadScope scope, long position, Consumer<Object[]> rows) {
            add(statistics.get(statistic), span.found()[places[statistic]], scope, position, rows::accept);
        }

        @SuppressWarnings("unchecked")
        private static <R extends FoldResult<R>, K extends SpanResult<K>> void add(
                Statistic<?> statistic, FoldResult<?> found, HeadScope scope, long position, RowSink rows) {
            if (statistic instanceof QueryStatistic<?>) {
                ((QueryStatistic<R>) statistic).rows((R) found, scope, position, rows);
            } else if (statistic instanceof KeyStatistic<?>) {
                ((KeyStatistic<K>) statistic).rows((K) found, scope, position, rows);
            } else {
                ((HeadStatistic<R>) statistic).rows((R) found, scope, rows);
            }
        }
    }
}
