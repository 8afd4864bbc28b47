package foco.bench.spark;

import foco.driver.Attention;
import foco.kernels.AttentionSpec;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Foco, as a program calls it. */
final class FocoAttention implements Way {

    @Override
    public Dataset<Row> attend(Dataset<Row> tokens, Size size) {
        return Attention.of(AttentionSpec.of(Size.HEADS, Size.WIDTH))
                .attend(tokens)
                .rows()
                .select("position", "output");
    }
}
