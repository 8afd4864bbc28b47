package foco.jobs.io;

import foco.driver.InvalidInputException;
import foco.driver.WeightRow;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** Rows of weights as one array, {@code [batch, heads, queries, keys]}. */
public final class WeightFile {
    private WeightFile() {}

    /**
     * @param rows {@code sequence, position, head, first_key} and the weights or scores, in the order of sequences, queries
     *     and heads
     * @throws InvalidInputException if sequences have unlike numbers of queries or keys
     */
    public static void write(Dataset<Row> rows, PendingOutputs pending, OutputTarget target) throws IOException {
        String values = rows.columns()[4];
        Dataset<WeightRow> kept = rows.selectExpr(
                        "cast(sequence as string) as sequence",
                        "position",
                        "head",
                        "first_key as firstKey",
                        "`%s` as `values`".formatted(values))
                .as(Encoders.bean(WeightRow.class))
                .cache();
        try {
            HeadLayout layout = layout(kept, target);
            target.checkRoom(layout.elements() * Float.BYTES);
            NpyWriter writer = pending.vectors(target, layout);
            int row = 0;
            for (Iterator<WeightRow> all = kept.toLocalIterator(); all.hasNext(); row += layout.heads()) {
                float[] heads = new float[layout.tokenWidth()];
                for (int h = 0; h < layout.heads(); h++) {
                    System.arraycopy(all.next().getValues(), 0, heads, h * layout.width(), layout.width());
                }
                long query = row / layout.heads();
                writer.write((int) (query / layout.tokens()), query % layout.tokens(), 1, heads);
            }
        } finally {
            kept.unpersist();
        }
    }

    private static HeadLayout layout(Dataset<WeightRow> rows, OutputTarget target) {
        List<Row> outlines =
                rows.selectExpr("sequence", "head", "size(`values`) as keys").collectAsList();
        Map<String, Long> perSequence =
                outlines.stream().collect(Collectors.groupingBy(row -> row.getString(0), Collectors.counting()));
        List<Long> lengths = perSequence.values().stream().distinct().toList();
        List<Integer> keys =
                outlines.stream().map(row -> row.getInt(2)).distinct().toList();
        if (lengths.size() != 1 || keys.size() != 1) {
            throw new InvalidInputException(
                    "the sequences have unlike numbers of queries or keys, which %s has no room for; name a Parquet"
                                    .formatted(target.name())
                            + " table, or choose a sequence");
        }
        int heads = (int)
                outlines.stream().mapToInt(row -> row.getInt(1)).distinct().count();
        return new HeadLayout(HeadLayout.Form.BATCH, perSequence.size(), lengths.get(0) / heads, heads, keys.get(0));
    }
}
