package foco.jobs.bench;

import static org.apache.spark.sql.functions.col;

import foco.driver.AttentionResult;
import foco.kernels.AttentionSpec;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.sql.Row;

/** Some rows of a result held against float64, which random tokens allow as each can be made again alone. */
record SampledRows(KernelCase timed, int count) {

    /** The largest relative error of a row in a head, by norms. */
    double error(AttentionResult result) {
        Object[] positions = new SplittableRandom(timed.keys())
                .longs(count, 0, timed.queries())
                .distinct()
                .boxed()
                .toArray();
        List<Row> rows = result.rows().where(col("position").isin(positions)).collectAsList();
        return rows.parallelStream().mapToDouble(this::error).max().orElseThrow();
    }

    private double error(Row row) {
        AttentionSpec spec = timed.spec();
        long position = row.getLong(row.fieldIndex("position"));
        List<Float> output = row.getList(row.fieldIndex("output"));
        double[][] sums = new double[spec.heads()][spec.valueWidth() + 1];
        float[] query = RandomTokens.query(spec, position);
        for (long j = 0; j < timed.keys(); j++) {
            if (spec.mask().allows(0, position, j)) {
                add(spec, query, RandomTokens.key(spec, j), RandomTokens.value(spec, j), sums);
            }
        }
        double worst = 0;
        for (int h = 0; h < spec.heads(); h++) {
            worst = Math.max(worst, error(sums[h], output.subList(h * spec.valueWidth(), (h + 1) * spec.valueWidth())));
        }
        return worst;
    }

    /** Random scores are small, so that no weight needs a reference to stay within float64. */
    private static void add(AttentionSpec spec, float[] query, float[] key, float[] value, double[][] sums) {
        int width = spec.keyWidth();
        for (int h = 0; h < spec.heads(); h++) {
            double score = 0;
            for (int e = 0; e < width; e++) {
                score += (double) query[h * width + e] * key[spec.keyValueHead(h) * width + e];
            }
            double weight = Math.exp(score * spec.scale());
            for (int e = 0; e < spec.valueWidth(); e++) {
                sums[h][e] += weight * value[spec.keyValueHead(h) * spec.valueWidth() + e];
            }
            sums[h][spec.valueWidth()] += weight;
        }
    }

    private static double error(double[] sums, List<Float> output) {
        double squares = 0;
        double norm = 0;
        for (int e = 0; e < output.size(); e++) {
            double exact = sums[e] / sums[output.size()];
            squares += (output.get(e) - exact) * (output.get(e) - exact);
            norm += exact * exact;
        }
        return Math.sqrt(squares / norm);
    }
}
