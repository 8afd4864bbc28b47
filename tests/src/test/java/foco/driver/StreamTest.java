package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Keys and values that stay where they lie give the bits that broadcast ones give. */
@SparkTest
class StreamTest {

    private static final AttentionSpec GROUPED =
            AttentionSpec.of(4, 24).withKeyValueHeads(2).withValueWidth(20).withMask(Mask.causal());

    private static int bits(SparkSession spark, String strategy, AttentionSpec spec, Dataset<Row> table) {
        spark.conf().set("spark.foco.strategy", strategy);
        try (AttentionResult result = Attention.of(spec).attend(table)) {
            return Tokens.bits(result);
        }
    }

    @Test
    void streamAndBroadcastAgreeToTheLastBitWhateverTheTasks(SparkSession spark) {
        spark.conf().set("spark.foco.block.rows", "128");
        Tokens tokens = new Tokens(GROUPED)
                .add("a", 3000, 3000, new Random(1))
                .add("b", 90, 90, new Random(2))
                .add("c", 500, 500, new Random(3));
        Dataset<Row> table = tokens.table(spark).cache();
        List<Integer> bits = new ArrayList<>();
        bits.add(bits(spark, "broadcast", GROUPED, table));
        for (String partitions : List.of("1", "25")) {
            spark.conf().set("spark.foco.partitions", partitions);
            bits.add(bits(spark, "stream", GROUPED, table));
        }
        assertEquals(1, bits.stream().distinct().count(), bits.toString());
        try (AttentionResult result = Attention.of(GROUPED).attend(table)) {
            Tokens.Errors errors = tokens.errors(result);
            assertTrue(errors.output() < 1e-6 && errors.lse() < 1e-5, errors.toString());
            assertEquals(3590, errors.rows());
        }
        table.unpersist();
    }

    @Test
    void narrowKeysAndLocalMasksStreamToo(SparkSession spark) {
        spark.conf().set("spark.foco.block.rows", "128");
        spark.conf().set("spark.foco.kv.type", "bf16");
        Mask mask = Mask.window(150, 0).or(Mask.global(5, 0)).and((head, query, key) -> (query + head) % 3 > 0);
        AttentionSpec spec = GROUPED.withMask(mask);
        Dataset<Row> table =
                new Tokens(spec).add("a", 1500, 1500, new Random(1)).table(spark);
        assertEquals(bits(spark, "broadcast", spec, table), bits(spark, "stream", spec, table));
    }
}
