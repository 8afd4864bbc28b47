package foco.driver.strategy;

import foco.driver.metrics.AttentionJobs;
import foco.driver.plan.Work;
import foco.driver.plan.WorkPlan;
import foco.driver.table.Sequences;
import foco.driver.table.TokenBlock;
import foco.kernels.AttentionSpec;
import java.util.Iterator;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import scala.Tuple2;

/** The queries of each item of work. */
final class ItemQueries {

    private ItemQueries() {}

    /** By the item's place, {@code [queries, keyWidth]} row-major; partitioned by {@code plan}. */
    static JavaPairRDD<Integer, float[]> of(AttentionSpec spec, AttentionInput input, WorkPlan plan) {
        return of(spec, input, plan.work()).partitionBy(plan);
    }

    /** By the item's place, {@code [queries, keyWidth]} row-major; where the table's rows lie. */
    static JavaPairRDD<Integer, float[]> of(AttentionSpec spec, AttentionInput input, Work work) {
        Sequences sequences = input.queries().sequences();
        int column = input.queryColumn();
        AttentionSpec shapes = spec.shapes();
        return input.queries()
                .blocks()
                .flatMapToPair(block -> split(shapes, work, sequences, block, block.columns()[column]))
                .setName(AttentionJobs.QUERIES);
    }

    private static Iterator<Tuple2<Integer, float[]>> split(
            AttentionSpec spec, Work work, Sequences sequences, TokenBlock block, float[] queries) {
        int sequence = sequences.index(block.sequence());
        return IntStream.range(0, spec.heads())
                .mapToObj(h -> {
                    int place = work.place(sequence, block.firstPosition(), h);
                    return place < 0 ? null : new Tuple2<>(place, head(spec, queries, block.rows(), h));
                })
                .filter(Objects::nonNull)
                .iterator();
    }

    private static float[] head(AttentionSpec spec, float[] queries, int rows, int head) {
        int width = spec.keyWidth();
        float[] own = new float[rows * width];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(queries, i * spec.queryRowWidth() + head * width, own, i * width, width);
        }
        return own;
    }
}
