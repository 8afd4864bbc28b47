package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import foco.testing.SparkTest;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * One input, unlike strategies, numbers of partitions and threads: the same output to the last bit. {@code ClusterIT} and
 * {@link ClusterFailuresTest} have processes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
class SameBitsEverywhereTest {

    /** Something of everything that moves a score. */
    static final AttentionSpec SPEC = AttentionSpec.of(4, 16)
            .withKeyValueHeads(2)
            .withValueWidth(24)
            .withMask(Mask.causal())
            .withScores(ScoreModifier.softCap(20), ScoreModifier.alibi(4))
            .withSinks(0, 1, 2, 3);

    private final Set<Integer> seen = new HashSet<>();

    private void attend(SparkSession spark) {
        Tokens tokens = new Tokens(SPEC).add("x", 2000, 2000, new Random(21)).add("y", 50, 50, new Random(22));
        Dataset<Row> table = tokens.table(spark);
        for (String tasks : List.of(
                "broadcast 1",
                "broadcast 3",
                "broadcast 50",
                "stream 1",
                "stream 7",
                "by-sequence 1",
                "by-sequence 2",
                "by-sequence 7")) {
            spark.conf().set("spark.foco.strategy", tasks.split(" ")[0]);
            spark.conf().set("spark.foco.partitions", tasks.split(" ")[1]);
            spark.conf().set("spark.foco.block.rows", "256");
            try (AttentionResult result = Attention.of(SPEC).attend(table)) {
                if (seen.add(Tokens.bits(result))) {
                    assertTrue(tokens.errors(result).output() < 1e-6);
                }
            }
        }
        assertEquals(1, seen.size());
    }

    @Test
    @SparkTest(master = "local[1]")
    void onOneThread(SparkSession spark) {
        attend(spark);
    }

    @Test
    @SparkTest
    void onTwoThreads(SparkSession spark) {
        attend(spark);
    }
}
