package foco.driver;

import static org.apache.spark.sql.functions.col;

import foco.driver.result.OutputBlock;
import foco.driver.table.TokenRow;
import foco.kernels.AttentionSpec;
import foco.kernels.breeze.ReferenceAttention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Random sequences as tables, with their attention in float64. */
final class Tokens {

    final AttentionSpec spec;
    private final List<Sequence> sequences = new ArrayList<>();

    /** One sequence, its rows over all heads side by side. */
    record Sequence(String name, int queries, int keys, float[] q, float[] k, float[] v) {}

    Tokens(AttentionSpec spec) {
        this.spec = spec;
    }

    Tokens add(String name, int queries, int keys, Random random) {
        sequences.add(new Sequence(
                name,
                queries,
                keys,
                gaussians(random, queries * spec.queryRowWidth()),
                gaussians(random, keys * spec.keyRowWidth()),
                gaussians(random, keys * spec.valueRowWidth())));
        return this;
    }

    Tokens add(Sequence sequence) {
        sequences.add(sequence);
        return this;
    }

    List<Sequence> sequences() {
        return sequences;
    }

    static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** {@code sequence, position, query, key, value} in shuffled order; queries and keys must be as many. */
    Dataset<Row> table(SparkSession spark) {
        return table(spark, true, true)
                .select(
                        col("sequence"),
                        col("position"),
                        col("first").as("query"),
                        col("second").as("key"),
                        col("third").as("value"));
    }

    Dataset<Row> queries(SparkSession spark) {
        return table(spark, true, false)
                .select(col("sequence"), col("position"), col("first").as("query"));
    }

    Dataset<Row> keysAndValues(SparkSession spark) {
        return table(spark, false, true)
                .select(
                        col("sequence"),
                        col("position"),
                        col("second").as("key"),
                        col("third").as("value"));
    }

    private Dataset<Row> table(SparkSession spark, boolean withQueries, boolean withKeys) {
        List<TokenRow> rows = new ArrayList<>();
        for (Sequence s : sequences) {
            for (int i = 0; i < (withQueries ? s.queries : s.keys); i++) {
                TokenRow row = new TokenRow();
                row.setSequence(s.name);
                row.setPosition(i);
                if (withQueries) {
                    row.setFirst(row(s.q, i, spec.queryRowWidth()));
                }
                if (withKeys) {
                    row.setSecond(row(s.k, i, spec.keyRowWidth()));
                    row.setThird(row(s.v, i, spec.valueRowWidth()));
                }
                rows.add(row);
            }
        }
        Collections.shuffle(rows, new Random(1));
        return spark.createDataset(rows, Encoders.bean(TokenRow.class)).toDF();
    }

    private static float[] row(float[] values, int i, int width) {
        return Arrays.copyOfRange(values, i * width, (i + 1) * width);
    }

    /** All bits of a result, in order. */
    static int bits(AttentionResult result) {
        int hash = 1;
        for (Iterator<OutputBlock> blocks = result.blocks(); blocks.hasNext(); ) {
            OutputBlock block = blocks.next();
            hash = 31 * hash + Arrays.hashCode(block.output());
            hash = 31 * hash + Arrays.hashCode(block.lse());
        }
        return hash;
    }

    /** The largest errors of a result against float64. */
    record Errors(double output, double lse, long rows) {}

    /** The relative error of the outputs, by norms, and the largest of the log-sum-exps. */
    Errors errors(AttentionResult result) {
        double squares = 0;
        double norm = 0;
        double lse = 0;
        long rows = 0;
        List<ReferenceAttention.Result> expected = sequences.stream()
                .map(s -> ReferenceAttention.attend(spec.forSequence(s.name, s.queries, s.keys), 0, s.q, s.k, s.v))
                .toList();
        List<String> names = sequences.stream().map(Sequence::name).toList();
        for (Iterator<OutputBlock> blocks = result.blocks(); blocks.hasNext(); ) {
            OutputBlock block = blocks.next();
            ReferenceAttention.Result due = expected.get(names.indexOf(block.sequence()));
            int at = (int) block.firstPosition();
            for (int i = 0; i < block.output().length; i++) {
                double e = due.output()[at * spec.outputRowWidth() + i];
                squares += (block.output()[i] - e) * (block.output()[i] - e);
                norm += e * e;
            }
            for (int i = 0; i < block.lse().length; i++) {
                double e = due.lse()[at * spec.heads() + i];
                lse = block.lse()[i] == e ? lse : Math.max(lse, Math.abs(block.lse()[i] - e));
            }
            rows += block.rows();
        }
        return new Errors(squares == 0 ? 0 : Math.sqrt(squares / norm), lse, rows);
    }
}
