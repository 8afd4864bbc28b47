package foco.driver.analysis;

import foco.kernels.fold.Fold;
import foco.kernels.fold.FoldResult;
import foco.kernels.fold.SpanResult;
import java.io.Serializable;
import java.util.BitSet;

/**
 * A statistic of attention's weights: what to gather from them, and which rows of a table that gives. It is one of three kinds:
 * {@link QueryStatistic}, {@link KeyStatistic} and {@link HeadStatistic}. It is sent to tasks.
 *
 * <p>Statistics with equal folds share one: write folds as records.
 *
 * @param <R> what its fold finds
 */
public sealed interface Statistic<R extends FoldResult<R>> extends Serializable
        permits QueryStatistic, KeyStatistic, HeadStatistic {

    /** The table that has a row for each head and position, its columns being those of all statistics that are in it. */
    String POSITIONS = "positions";

    /** What it is called, in messages and options. */
    String name();

    /** The table that its rows are in. */
    String table();

    /** Its columns and their types as Spark's SQL declares them: {@code "rank int, key int, weight float"}. */
    String columns();

    /** What to gather. */
    Fold<R> fold();

    /**
     * Makes what was found over some queries, or over some of their keys, smaller before it leaves the task that found it. Such
     * parts still merge.
     */
    default R compact(R found) {
        return found;
    }

    /** {@code positions.entropy float}: of a query's weights, in natural units. */
    static QueryStatistic<?> entropy() {
        return new EntropyColumn();
    }

    /** {@code positions.distance float, distance_absolute float}: the means of key less query, and of its magnitude. */
    static QueryStatistic<?> distances() {
        return new DistanceColumns();
    }

    /**
     * {@code positions.self float, previous float, next float, near float}: a query's mass on its own token, on those beside it,
     * and on those within a distance.
     *
     * @param near that distance, 1 or more
     */
    static QueryStatistic<?> nearness(int near) {
        return new NearColumns(near);
    }

    /**
     * A column of {@code positions}: a query's mass on the first tokens of all.
     *
     * @param tokens how many, 1 or more
     */
    static QueryStatistic<?> massOnFirst(String column, int tokens) {
        return new FirstColumn(column, tokens);
    }

    /**
     * A column of {@code positions}: a query's mass on a set of keys, such as separators.
     *
     * @param keys their positions
     */
    static QueryStatistic<?> massOn(String column, BitSet keys) {
        return new KeySetColumn(column, (BitSet) keys.clone());
    }

    /**
     * {@code positions.keys_half float, keys_90 float}: how many keys hold half and 90% of a query's mass, the heaviest first. They
     * are means of bounds that are within a factor of two of each other; null for queries that are not looked at.
     *
     * @param every the queries that are looked at are the multiples of this
     */
    static QueryStatistic<?> keysForMass(int every) {
        return new KeysForMassColumns(every);
    }

    /** {@code positions.received float}: the sum of what all queries give to a key. */
    static KeyStatistic<?> received() {
        return new ReceivedColumn();
    }

    /**
     * The table {@code top_keys}: {@code rank int} from 1, {@code key int}, {@code weight float}.
     *
     * @param most the keys of a query
     */
    static QueryStatistic<?> topKeys(int most) {
        return new TopKeysTable(most);
    }

    /**
     * The table {@code top_queries}: {@code rank int} from 1, {@code query int}, {@code weight float}.
     *
     * @param most the queries of a key
     */
    static KeyStatistic<?> topQueries(int most) {
        return new TopQueriesTable(most);
    }

    /**
     * The table {@code rows}: {@code weights array<float>}, all weights of some queries.
     *
     * @param queries their positions, ascending
     */
    static QueryStatistic<?> rows(long... queries) {
        return new RowsTable(queries);
    }

    /**
     * The table {@code distances}: {@code direction string} ({@code back}, {@code self}, {@code ahead}), {@code low bigint},
     * {@code high bigint}, {@code mass double}: the mass of all queries on keys at distances from {@code low} to below
     * {@code high}, by powers of two.
     *
     * @param near as in {@link #nearness}, which then costs nothing more
     */
    static HeadStatistic<?> distanceHistogram(int near) {
        return new DistancesTable(near);
    }

    /**
     * The table {@code section_map}: {@code level string}, {@code query_section int}, {@code key_section int}, {@code mass double}:
     * what the queries of each section give to the keys of each. Several levels may be in it.
     *
     * @param level a name for these sections
     * @param starts the first position of each section, ascending, of queries and of keys; from 0 on if nothing is to be left out
     */
    static HeadStatistic<?> sectionMap(String level, long... starts) {
        return new SectionMapTable(level, starts);
    }

    /**
     * The table {@code links}: {@code rank int} from 1, {@code query int}, {@code key int}, {@code weight float},
     * {@code distance int} (key less query): the heaviest pairs of a head that lie far apart.
     *
     * @param most how many
     * @param floor the least distance
     */
    static HeadStatistic<?> links(int most, long floor) {
        return new LinksTable(most, floor);
    }

    /**
     * A column of {@code positions}, of type {@code double}: a number of each query, by a fold of your own.
     *
     * @param value reads it; a lambda serves
     */
    static <R extends FoldResult<R>> QueryStatistic<R> ofQueries(String column, Fold<R> fold, PositionValue<R> value) {
        return new QueryColumn<>(column, fold, value);
    }

    /** The same of each key. */
    static <R extends SpanResult<R>> KeyStatistic<R> ofKeys(String column, Fold<R> fold, PositionValue<R> value) {
        return new KeyColumn<>(column, fold, value);
    }
}
