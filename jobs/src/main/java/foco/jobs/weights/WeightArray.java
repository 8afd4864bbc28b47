package foco.jobs.weights;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;

import foco.driver.block.InvalidInputException;
import foco.driver.file.ArrayTarget;
import foco.driver.file.ArrayWriter;
import foco.driver.file.HeadLayout;
import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import foco.driver.storage.Room;
import foco.driver.weights.WeightRow;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Weights as one array, {@code [batch, heads, queries, keys]}.
 *
 * @param array its place
 */
record WeightArray(ArrayTarget array) implements WeightSink {

    @Override
    public OutputTarget target() {
        return array.file();
    }

    /** @throws InvalidInputException if sequences have unlike numbers of queries or keys */
    @Override
    public void write(Dataset<Row> rows, PendingOutputs pending) throws IOException {
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
            HeadLayout layout = layout(kept);
            Room room = new Room();
            room.add(target(), layout.elements() * Float.BYTES);
            room.check();
            ArrayWriter writer = array.vectors(pending, layout);
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

    /** Of each sequence one row is fetched: how many rows and heads it has, and from how few to how many keys. */
    private HeadLayout layout(Dataset<WeightRow> rows) {
        Column keys = size(col("values"));
        List<Row> outlines = rows.groupBy("sequence")
                .agg(count(lit(1)), count_distinct(col("head")), min(keys), max(keys))
                .collectAsList();
        Row first = outlines.get(0);
        boolean alike = outlines.stream()
                .allMatch(row -> row.getLong(1) == first.getLong(1)
                        && row.getInt(3) == first.getInt(3)
                        && row.getInt(4) == first.getInt(3));
        if (!alike) {
            throw new InvalidInputException(
                    "the sequences have unlike numbers of queries or keys, which %s has no room for; name a Parquet"
                                    .formatted(array.name())
                            + " table, or choose a sequence");
        }
        int heads = (int) first.getLong(2);
        return new HeadLayout(HeadLayout.Form.BATCH, outlines.size(), first.getLong(1) / heads, heads, first.getInt(3));
    }
}
