package foco.driver.analysis;

import java.util.Iterator;
import java.util.Map;

/**
 * What was found for some positions of a head that follow each other, in a task: rows of all tables, to be taken from one place. What
 * is of a whole head is in the part of its first positions.
 */
public final class AnalysisPart {

    private final HeadSpan span;
    private final Map<String, TableRows> tables;

    AnalysisPart(HeadSpan span, Map<String, TableRows> tables) {
        this.span = span;
        this.tables = tables;
    }

    /** The head, counted from 0. */
    public int head() {
        return span.head();
    }

    /** The first position. */
    public long first() {
        return span.first();
    }

    /** The number of positions. */
    public int count() {
        return span.count();
    }

    /**
     * The rows that a table has of this, as they stand in {@link foco.driver.AnalysisResult#table}.
     *
     * @return their values, those of {@code sequence} as a string
     */
    public Iterator<Object[]> rows(String table) {
        return tables.get(table).of(span);
    }
}
