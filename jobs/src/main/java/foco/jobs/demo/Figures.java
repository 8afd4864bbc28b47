package foco.jobs.demo;

import java.math.BigDecimal;
import java.math.MathContext;

/** Shares as people read them: two digits that tell something, however many keys share a weight. */
final class Figures {
    private static final MathContext TWO_DIGITS = new MathContext(2);
    /** In percent; below it, noughts would fill the column. */
    private static final double SMALL = 1e-3;

    private Figures() {}

    /** "18%", "0.018%", "2.1e-5%". */
    static String percent(double share) {
        return digits(100 * share) + "%";
    }

    /** How many times a share is what it would be if all tokens got alike: "4.2x", "340x". */
    static String times(double share, double even) {
        return digits(share / even) + "x";
    }

    private static String digits(double value) {
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(TWO_DIGITS);
        return value < SMALL ? "%.1e".formatted(value).replaceFirst("e-0", "e-") : rounded.toPlainString();
    }
}
