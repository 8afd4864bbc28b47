package foco.jobs.option;

import java.util.OptionalInt;

/**
 * The numbers of heads that a user gave, and where: messages name the option.
 *
 * @param query heads, where given
 * @param keyValue heads of keys and values, where given
 * @param queryOption what gives {@code query}
 * @param keyValueOption what gives {@code keyValue}
 */
public record HeadCounts(OptionalInt query, OptionalInt keyValue, String queryOption, String keyValueOption) {

    /** By options of their own. */
    static HeadCounts ofOptions(OptionalInt query, OptionalInt keyValue) {
        return new HeadCounts(query, keyValue, "--heads", "--kv-heads");
    }

    /** Inside {@code --spec}. */
    static HeadCounts ofSpec(OptionalInt query, OptionalInt keyValue) {
        return new HeadCounts(query, keyValue, "--spec heads", "--spec key/value heads");
    }
}
