package foco.driver.analysis.text;

import java.util.Locale;

/** Shares as people read them. */
public final class Percent {

    private Percent() {}

    /** A share from 0 to 1, in percent with two significant figures: "18%", "1.8%", "0.18%". */
    public static String of(double share) {
        double percent = 100 * share;
        int digits = percent >= 9.95 ? 0 : percent >= 0.995 ? 1 : percent >= 0.0995 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + digits + "f%%", percent);
    }
}
