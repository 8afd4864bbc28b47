package foco.driver;

import foco.driver.analysis.AnalysisComputation;
import foco.driver.analysis.Statistic;
import foco.driver.block.InvalidInputException;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.input.InputBlocks;
import foco.driver.shared.Shared;
import foco.kernels.AttentionSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Exact statistics of attention's weights over whole documents, of which the weights are never stored:
 *
 * <pre>{@code
 * AttentionAnalysis analysis = AttentionAnalysis.of(spec).with(Statistic.entropy(), Statistic.topKeys(8));
 * try (AnalysisResult result = analysis.analyze(tokens)) {
 *     result.table("positions").write().parquet("positions");
 * }
 * }</pre>
 *
 * <p>Attention comes first, as it gives the log-sum-exp of every query; a second sweep over the keys then has every weight once, and
 * hands it to all statistics. In every run some rules are checked that hold for weights of attention at any length, see
 * {@link AnalysisResult#rules}.
 *
 * <p>Heads are counted from 0 here and in the tables of a result, as everywhere in the library.
 */
public final class AttentionAnalysis {

    private final AttentionSpec spec;
    private final Attention attention;
    private final List<Statistic<?>> statistics;
    private final Set<Integer> heads;
    private final Optional<String> checkpoint;

    private AttentionAnalysis(
            AttentionSpec spec,
            Attention attention,
            List<Statistic<?>> statistics,
            Set<Integer> heads,
            Optional<String> checkpoint) {
        this.spec = spec;
        this.attention = attention;
        this.statistics = statistics;
        this.heads = heads;
        this.checkpoint = checkpoint;
    }

    /** @throws IllegalArgumentException if a mask or score modifier cannot be serialized */
    public static AttentionAnalysis of(AttentionSpec spec) {
        return of(Attention.of(spec));
    }

    /** Of attention with all that it has: rotary embedding, a past, query offsets. */
    public static AttentionAnalysis of(Attention attention) {
        AttentionSpec spec = attention.spec();
        Set<Integer> all = IntStream.range(0, spec.heads()).boxed().collect(Collectors.toSet());
        return new AttentionAnalysis(spec, attention, List.of(), all, Optional.empty());
    }

    /**
     * With some more statistics: Foco's, or your own.
     *
     * @throws IllegalArgumentException if one cannot be serialized, or two have a column of one name in one table
     */
    public AttentionAnalysis with(Statistic<?>... more) {
        List<Statistic<?>> all = new ArrayList<>(statistics);
        all.addAll(Arrays.asList(more));
        all.forEach(Shared::bytes);
        requireUnlikeColumns(all);
        return new AttentionAnalysis(spec, attention, List.copyOf(all), heads, checkpoint);
    }

    private static void requireUnlikeColumns(List<Statistic<?>> all) {
        Set<String> seen = new TreeSet<>();
        for (Statistic<?> statistic : all) {
            for (String column : StructType.fromDDL(statistic.columns()).fieldNames()) {
                if (statistic.table().equals(Statistic.POSITIONS) && !seen.add(column)) {
                    throw new IllegalArgumentException(
                            "Two statistics have a column %s in the table %s; give one of them another name."
                                    .formatted(column, Statistic.POSITIONS));
                }
            }
        }
        for (Statistic<?> one : all) {
            for (Statistic<?> other : all) {
                if (one.table().equals(other.table())
                        && !one.table().equals(Statistic.POSITIONS)
                        && !one.columns().equals(other.columns())) {
                    throw new IllegalArgumentException(
                            "In the table %s one statistic has the columns %s and another %s; give one a table of its own."
                                    .formatted(one.table(), one.columns(), other.columns()));
                }
            }
        }
    }

    /**
     * The same, with its finished parts kept in files as it goes, and those of the attention before it. If it is ended too early,
     * the next analysis of the same input by the same statistics, with the same folder, goes on where it was. The files stay until
     * {@link AnalysisResult#deleteCheckpoint}.
     *
     * @param folder new, empty, or with the checkpoint of this analysis, in any file system that Hadoop knows and every executor
     *     reaches
     */
    public AttentionAnalysis withCheckpoint(String folder) {
        return new AttentionAnalysis(
                spec,
                attention.withCheckpoint(folder + "/attention"),
                statistics,
                heads,
                Optional.of(folder + "/statistics"));
    }

    /**
     * Of some heads alone.
     *
     * @param some their numbers, from 0
     * @throws IllegalArgumentException if there is no such head, or none is named
     */
    public AttentionAnalysis inHeads(int... some) {
        for (int head : some) {
            if (head < 0 || head >= spec.heads()) {
                throw new IllegalArgumentException(
                        "There is no head %d; there are heads 0 to %d.".formatted(head, spec.heads() - 1));
            }
        }
        if (some.length == 0) {
            throw new IllegalArgumentException("Name one head or more.");
        }
        Set<Integer> chosen = new TreeSet<>(Arrays.stream(some).boxed().toList());
        return new AttentionAnalysis(spec, attention, statistics, chosen, checkpoint);
    }

    /**
     * Of self-attention.
     *
     * @param tokens as for {@link Attention#attend(Dataset)}; a column {@code value} is not needed
     * @return to be closed
     * @throws InvalidInputException naming the first place where the table is not as described
     * @throws IllegalArgumentException if it does not fit the cluster, saying what would
     * @throws IllegalStateException if a rule does not hold
     */
    public AnalysisResult analyze(Dataset<Row> tokens) {
        return hasValues(tokens)
                ? analyzeOwn(planned(attention).attend(tokens))
                : analyzeOwn(keysAsValues().attend(withValues(tokens)));
    }

    /**
     * Of some tokens' attention to others.
     *
     * @param queries as for {@link Attention#attend(Dataset, Dataset)}
     * @param keys the same; a column {@code value} is not needed
     * @return as of {@link #analyze(Dataset)}
     */
    public AnalysisResult analyze(Dataset<Row> queries, Dataset<Row> keys) {
        return hasValues(keys)
                ? analyzeOwn(planned(attention).attend(queries, keys))
                : analyzeOwn(keysAsValues().attend(queries, withValues(keys)));
    }

    /**
     * Of self-attention of blocks with the columns {@code query}, {@code key} and perhaps {@code value}.
     *
     * @return as of {@link #analyze(Dataset)}
     */
    public AnalysisResult analyze(TokenBlocks tokens) {
        return hasValues(tokens)
                ? analyzeOwn(planned(attention).attend(tokens))
                : analyzeOwn(keysAsValues().attend(withValues(tokens)));
    }

    /**
     * Of attention of blocks with the column {@code query} over blocks with {@code key} and perhaps {@code value}.
     *
     * @return as of {@link #analyze(Dataset)}
     */
    public AnalysisResult analyze(TokenBlocks queries, TokenBlocks keys) {
        return hasValues(keys)
                ? analyzeOwn(planned(attention).attend(queries, keys))
                : analyzeOwn(keysAsValues().attend(queries, withValues(keys)));
    }

    /**
     * Of attention that has been computed, as the listener of a model's pass is given it: nothing of it is computed again.
     *
     * @param attended open, of attention with as many heads; it stays open, and is to be closed after what this returns
     * @return as of {@link #analyze(Dataset)}
     */
    public AnalysisResult analyze(AttentionResult attended) {
        return AnalysisResult.compute(attended, false, statistics, heads, checkpoint);
    }

    private AnalysisResult analyzeOwn(AttentionResult attended) {
        try {
            return AnalysisResult.compute(attended, true, statistics, heads, checkpoint);
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            attended.close();
            throw e;
        }
    }

    /** What does not fit is refused before the attention. */
    private Attention planned(Attention its) {
        return its.with((placed, conf, input) -> new AnalysisComputation(
                        input.queries().context(), placed, conf, input, statistics, heads, Optional.empty())
                .plan());
    }

    /** Without values, the log-sum-exps come from attention over something else in their place. */
    private Attention keysAsValues() {
        return planned(attention.withSpec(spec.withValueWidth(spec.keyWidth())));
    }

    private static boolean hasValues(Dataset<Row> table) {
        return Arrays.asList(table.columns()).contains(InputBlocks.VALUE);
    }

    private static Dataset<Row> withValues(Dataset<Row> table) {
        return table.withColumn(InputBlocks.VALUE, table.col(InputBlocks.KEY));
    }

    private static boolean hasValues(TokenBlocks blocks) {
        return blocks.columns().stream().anyMatch(column -> column.name().equals(InputBlocks.VALUE));
    }

    private static TokenBlocks withValues(TokenBlocks blocks) {
        int key = blocks.column(InputBlocks.KEY);
        VectorColumn shape = blocks.columns().get(key);
        List<VectorColumn> columns = new ArrayList<>(blocks.columns());
        columns.add(new VectorColumn(InputBlocks.VALUE, shape.heads(), shape.width()));
        return blocks.map(columns, block -> {
            float[][] all = Arrays.copyOf(block.columns(), block.columns().length + 1);
            all[all.length - 1] = block.columns()[key];
            return all;
        });
    }
}
