package foco.driver.analysis.document;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The statistics that can be chosen, by the names that options have for them. */
public enum StatisticName {
    ENTROPY("how evenly a query spreads its weight"),
    DISTANCE("how far its keys lie"),
    NEAR("mass on the token itself, its neighbours and near tokens"),
    FIRST("mass on the first token"),
    SEPARATORS("mass on marks of the model and line ends"),
    PUNCTUATION("mass on punctuation"),
    KEYS("keys needed for half and 90% of the mass"),
    RECEIVED("what a key receives"),
    DISTANCES("histogram of distances"),
    SECTIONS("map of sections by sections, and of paragraphs"),
    TOP_KEYS("the heaviest keys of each query"),
    TOP_QUERIES("the heaviest queries of each key"),
    LINKS("the strongest links across a distance"),
    REPEATS("weight on earlier like tokens and on what followed them"),
    LIKENESS("how alike heads are, and their clusters");

    private final String what;

    StatisticName(String what) {
        this.what = what;
    }

    /** What it is, for people. */
    public String what() {
        return what;
    }

    /** Its name in options. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The statistic of that name. */
    public static Optional<StatisticName> of(String name) {
        return Arrays.stream(values())
                .filter(statistic -> statistic.toString().equals(name))
                .findFirst();
    }

    /** All names. */
    public static List<String> names() {
        return Arrays.stream(values()).map(StatisticName::toString).toList();
    }

    /** All statistics. */
    public static EnumSet<StatisticName> all() {
        return EnumSet.allOf(StatisticName.class);
    }
}
