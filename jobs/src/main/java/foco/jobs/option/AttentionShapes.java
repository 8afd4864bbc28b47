package foco.jobs.option;

import foco.driver.block.InvalidInputException;
import foco.driver.file.HeadLayout;
import foco.driver.plan.Counted;
import java.util.List;
import java.util.OptionalInt;

/**
 * The layouts of queries, keys and values that fit together.
 *
 * @param query {@code heads} heads of the key width
 * @param key {@code keyValueHeads} heads of the key width
 * @param value {@code keyValueHeads} heads of the value width, for as many tokens as there are keys
 */
public record AttentionShapes(HeadLayout query, HeadLayout key, HeadLayout value) {

    /** An array's shape and what messages shall call the array. */
    public record Named(String name, List<Long> shape) {
        long columns() {
            return shape.get(shape.size() - 1);
        }

        @Override
        public String toString() {
            return name + " " + shape.toString().replace('[', '(').replace(']', ')');
        }
    }

    /**
     * @param heads those that the user gave
     * @throws InvalidInputException naming the values that clash and what would be legal
     */
    public static AttentionShapes of(Named query, Named key, Named value, HeadCounts heads) {
        checkRanks(query, key, value);
        HeadLayout queries = HeadLayout.of(query.name(), query.shape(), heads.query(), heads.queryOption());
        OptionalInt groups =
                queries.form() == HeadLayout.Form.TOKENS && heads.keyValue().isEmpty()
                        ? OptionalInt.of(keyValueHeads(query, key, queries, heads))
                        : heads.keyValue();
        HeadLayout keys = HeadLayout.of(key.name(), key.shape(), groups, heads.keyValueOption());
        HeadLayout values = HeadLayout.of(value.name(), value.shape(), groups, heads.keyValueOption());
        AttentionShapes shapes = new AttentionShapes(queries, keys, values);
        shapes.checkFit(query, key, value);
        return shapes;
    }

    private static void checkRanks(Named query, Named key, Named value) {
        int rank = query.shape().size();
        if (key.shape().size() != rank || value.shape().size() != rank) {
            throw new InvalidInputException(
                    "%s, %s and %s have unlike layouts; give all three as [n, heads*d], [heads, n, d] or [batch, heads, n, d]"
                            .formatted(query, key, value));
        }
    }

    /** As many as make a key head as wide as a query head, which is the only number that can be right. */
    private static int keyValueHeads(Named query, Named key, HeadLayout queries, HeadCounts heads) {
        long columns = key.columns();
        if (heads.query().isEmpty() && columns != query.columns()) {
            throw new InvalidInputException("%s has %s and %s has %d; give %s if they hold several heads"
                    .formatted(
                            query.name(),
                            Counted.text(query.columns(), "column"),
                            key.name(),
                            columns,
                            heads.queryOption()));
        }
        if (columns == 0 || columns % queries.width() != 0) {
            throw new InvalidInputException(
                    "%s has %s, not a multiple of the key width %d that %s has (%s / %s); check %s"
                            .formatted(
                                    key.name(),
                                    Counted.text(columns, "column"),
                                    queries.width(),
                                    query.name(),
                                    Counted.text(query.columns(), "column"),
                                    Counted.text(queries.heads(), "head"),
                                    heads.queryOption()));
        }
        return Math.toIntExact(columns / queries.width());
    }

    private void checkFit(Named queries, Named keys, Named values) {
        require(
                query.width() == key.width(),
                "%s has width %d per head (%s) and %s has %d (%s); queries and keys must be of one width",
                queries.name(),
                query.width(),
                Counted.text(query.heads(), "head"),
                keys.name(),
                key.width(),
                Counted.text(key.heads(), "head"));
        require(
                key.heads() == value.heads(),
                "%s has %s and %s has %d; keys and values must have as many",
                keys.name(),
                Counted.text(key.heads(), "head"),
                values.name(),
                value.heads());
        require(
                query.heads() % key.heads() == 0,
                "%s has %s of width %d and %s has %d; query heads must be a multiple of key heads",
                keys.name(),
                Counted.text(key.heads(), "head"),
                key.width(),
                queries.name(),
                query.heads());
        require(
                key.tokens() == value.tokens(),
                "%s has %s and %s has %,d; each key needs one value",
                keys.name(),
                Counted.text(key.tokens(), "token"),
                values.name(),
                value.tokens());
        require(
                query.sequences() == key.sequences() && key.sequences() == value.sequences(),
                "%s has batch %d, %s has %d and %s has %d; all three must be of one batch",
                queries.name(),
                query.sequences(),
                keys.name(),
                key.sequences(),
                values.name(),
                value.sequences());
    }

    private static void require(boolean holds, String otherwise, Object... values) {
        if (!holds) {
            throw new InvalidInputException(otherwise.formatted(values));
        }
    }
}
