package foco.driver.analysis.head;

import java.util.Locale;

/** What a head mostly does. A head has the first kind whose rule holds: see {@link HeadRules}. */
public enum HeadKind {
    PREVIOUS("the token before"),
    NEXT("the token after"),
    SELF("the token itself"),
    FIRST("the first token"),
    SEPARATOR("separators"),
    INDUCTION("what followed an earlier like token"),
    SECTION("its own section"),
    NARROW("few tokens"),
    BROAD("most of the text"),
    MIXED("no one thing");

    private final String target;

    HeadKind(String target) {
        this.target = target;
    }

    /** What such a head looks at, for people. */
    public String target() {
        return target;
    }

    /** Its name in tables. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
