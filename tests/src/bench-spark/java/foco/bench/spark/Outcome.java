package foco.bench.spark;

import java.util.Locale;

/**
 * How a run ended.
 *
 * @param seconds from table to table; NaN if it did not get there
 * @param resident bytes of the process at most
 * @param error of some rows, relative, 0 where none was checked
 * @param failure why it did not get there, empty if it did
 * @param isDisturbed whether the machine did other work meanwhile
 */
record Outcome(double seconds, long resident, double error, String failure, boolean isDisturbed) {

    static Outcome failed(String why) {
        return new Outcome(Double.NaN, 0, 0, why, false);
    }

    Outcome disturbed() {
        return new Outcome(seconds, resident, error, failure, true);
    }

    boolean survived() {
        return failure.isEmpty();
    }

    /** For a table; an asterisk marks a time that is an upper bound. */
    String text() {
        String mark = isDisturbed ? "\\*" : "";
        return survived()
                ? String.format(Locale.ROOT, "%.1f s%s, %.1f GiB", seconds, mark, resident / (double) (1L << 30))
                : failure + mark;
    }
}
