package foco.bench.spark;

import java.util.Locale;

/**
 * How a run ended.
 *
 * @param seconds from table to table; NaN if it did not get there
 * @param resident bytes of the process at most
 * @param error of some rows, relative, 0 where none was checked
 * @param failure why it did not get there, empty if it did
 */
record Outcome(double seconds, long resident, double error, String failure) {

    static Outcome failed(String why) {
        return new Outcome(Double.NaN, 0, 0, why);
    }

    boolean survived() {
        return failure.isEmpty();
    }

    /** For a table. */
    String text() {
        return survived()
                ? String.format(Locale.ROOT, "%.1f s, %.1f GiB", seconds, resident / (double) (1L << 30))
                : failure;
    }
}
