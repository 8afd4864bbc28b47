package foco.driver.analysis;

/** Where a statistic leaves the rows of its table. */
@FunctionalInterface
public interface RowSink {

    /** @param values one for each of the statistic's columns, of the types that these have in Spark SQL; null where there is none */
    void add(Object... values);
}
