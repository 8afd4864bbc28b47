package foco.bench.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A way to compute exact attention, without a mask, of a table of tokens with Spark. */
interface Way {

    /**
     * Plans the attention of all tokens, as one sequence; Spark computes it when the result is written.
     *
     * @param tokens {@code position bigint}, {@code query}, {@code key} and {@code value array<float> [heads * width]}
     * @return {@code position bigint}, {@code output array<float> [heads * width]}, in any order
     */
    Dataset<Row> attend(Dataset<Row> tokens, Size size);
}
