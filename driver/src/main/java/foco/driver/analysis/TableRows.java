package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.Sequences;
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

/**
 * Makes the rows of a table of what was found: the name of the sequence, the head, perhaps the position, and what statistics have.
 *
 * @param statistics those of the table
 * @param places of their results among all of a span
 * @param width columns in all
 * @param isSideBySide whether there is a row for each position, with the columns of all statistics; else the rows of one statistic
 *     come after those of another
 */
@DefaultSerializer(JavaSerializer.class)
record TableRows(
        ArrayList<Statistic<?>> statistics,
        int[] places,
        ArrayList<HeadScope> scopes,
        Sequences sequences,
        int width,
        boolean isSideBySide)
        implements Serializable {

    /** Those of a span, in order. */
    Iterator<Object[]> of(HeadSpan span) {
        return isSideBySide ? sideBySide(span) : inTurn(span);
    }

    private Iterator<Object[]> sideBySide(HeadSpan span) {
        if (Arrays.stream(places).anyMatch(s -> span.found()[s] == null)) {
            return Stream.<Object[]>empty().iterator();
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
                    return values;
                })
                .iterator();
    }

    private Iterator<Object[]> inTurn(HeadSpan span) {
        HeadScope scope = scopes.get(span.sequence()).of(span.head());
        return IntStream.range(0, places.length)
                .filter(s -> span.found()[places[s]] != null)
                .boxed()
                .flatMap(s -> inTurn(s, span, scope))
                .iterator();
    }

    private Stream<Object[]> inTurn(int statistic, HeadSpan span, HeadScope scope) {
        if (statistics.get(statistic) instanceof HeadStatistic<?>) {
            List<Object[]> rows = new ArrayList<>();
            rows(statistic, span, scope, 0, some -> rows.add(row(span, some)));
            return rows.stream();
        }
        return LongStream.range(span.first(), span.first() + span.count())
                .boxed()
                .flatMap(position -> {
                    List<Object[]> rows = new ArrayList<>();
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

    private Object[] row(HeadSpan span, Object[] some) {
        Object[] values = begin(span);
        System.arraycopy(some, 0, values, 2, some.length);
        return values;
    }

    private Object[] row(HeadSpan span, long position, Object[] some) {
        Object[] values = begin(span);
        values[2] = (int) position;
        System.arraycopy(some, 0, values, 3, some.length);
        return values;
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
