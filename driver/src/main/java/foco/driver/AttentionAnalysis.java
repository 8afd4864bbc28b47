package foco.driver;

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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

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

    private AttentionAnalysis(
            AttentionSpec spec, Attention attention, List<Statistic<?>> statistics, Set<Integer> heads) {
        this.spec = spec;
        this.attention = attention;
        this.statistics = statistics;
        this.heads = heads;
    }

    /** @throws IllegalArgumentException if a mask or score modifier cannot be serialized */
    public static AttentionAnalysis of(AttentionSpec spec) {
        return of(Attention.of(spec));
    }

    /** Of attention with all that it has: rotary embedding, a past, query offsets. */
    public static AttentionAnalysis of(Attention attention) {
        AttentionSpec spec = attention.spec();
        Set<Integer> all = IntStream.range(0, spec.heads()).boxed().collect(Collectors.toSet());
        return new AttentionAnalysis(spec, attention, List.of(), all);
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
        return new AttentionAnalysis(spec, attention, List.copyOf(all), heads);
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
        return new AttentionAnalysis(spec, attention, statistics, chosen);
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
                ? analyzeOwn(attention.attend(tokens))
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
                ? analyzeOwn(attention.attend(queries, keys))
                : analyzeOwn(keysAsValues().attend(queries, withValues(keys)));
    }

    /**
     * Of self-attention of blocks with the columns {@code query}, {@code key} and perhaps {@code value}.
     *
     * @return as of {@link #analyze(Dataset)}
     */
    public AnalysisResult analyze(TokenBlocks tokens) {
        return hasValues(tokens)
                ? analyzeOwn(attention.attend(tokens))
                : analyzeOwn(keysAsValues().attend(withValues(tokens)));
    }

    /**
     * Of attention of blocks with the column {@code query} over blocks with {@code key} and perhaps {@code value}.
     *
     * @return as of {@link #analyze(Dataset)}
     */
    public AnalysisResult analyze(TokenBlocks queries, TokenBlocks keys) {
        return hasValues(keys)
                ? analyzeOwn(attention.attend(queries, keys))
                : analyzeOwn(keysAsValues().attend(queries, withValues(keys)));
    }

    /**
     * Of attention that has been computed, as the listener of a model's pass is given it: nothing of it is computed again.
     *
     * @param attended open, of attention with as many heads; it stays open, and is to be closed after what this returns
     * @return as of {@link #analyze(Dataset)}
     */
    public AnalysisResult analyze(AttentionResult attended) {
        return AnalysisResult.compute(attended, false, statistics, heads);
    }

    private AnalysisResult analyzeOwn(AttentionResult attended) {
        try {
            return AnalysisResult.compute(attended, true, statistics, heads);
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            attended.close();
            throw e;
        }
    }

    /** Without values, the log-sum-exps come from attention over something else in their place. */
    private Attention keysAsValues() {
        return attention.withSpec(spec.withValueWidth(spec.keyWidth()));
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
