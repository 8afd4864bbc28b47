package foco.driver.settings;

import java.util.Arrays;
import java.util.List;

/** Which strategy computes; {@code spark.foco.strategy}. */
public enum StrategyKind {
    /** The one that the plan chooses. */
    AUTO("auto"),
    /** Keys and values are sent to every executor. */
    BROADCAST("broadcast"),
    /** Keys and values stay where they are, and tasks pull one block after another. */
    STREAM("stream"),
    /** Queries are sent to where keys and values lie. */
    SPLIT_KEYS("split-keys"),
    /** A task has whole sequences, their keys and values among them. */
    BY_SEQUENCE("by-sequence");

    private final String code;

    StrategyKind(String code) {
        this.code = code;
    }

    /** The name that options and settings use. */
    @Override
    public String toString() {
        return code;
    }

    /** The names of all strategies. */
    public static List<String> codes() {
        return Arrays.stream(values()).map(StrategyKind::toString).toList();
    }

    /** @throws IllegalArgumentException naming the legal codes */
    public static StrategyKind of(String code) {
        for (StrategyKind strategy : values()) {
            if (strategy.code.equals(code)) {
                return strategy;
            }
        }
        throw new IllegalArgumentException(
                "A strategy is one of %s, and not \"%s\".".formatted(String.join(", ", codes()), code));
    }
}
