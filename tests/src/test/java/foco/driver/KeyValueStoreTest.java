package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import foco.driver.settings.StrategyKind;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

@SparkTest
class KeyValueStoreTest {

    @Test
    void oneSetOfKeysAnswersQueriesAfterQueriesAndIsLoadedOnce(SparkSession spark) {
        AttentionSpec spec =
                AttentionSpec.of(4, 24).withKeyValueHeads(2).withValueWidth(20).withMask(Mask.causal(700));
        Tokens keys = new Tokens(spec).add("a", 30, 900, new Random(1)).add("b", 5, 2000, new Random(2));
        long loaded;
        try (KeyValueStore store = KeyValueStore.load(keys.keysAndValues(spark), spec)) {
            assertEquals(2900, store.keys());
            try (AttentionResult result = store.attend(keys.queries(spark))) {
                assertExact(keys, result);
                loaded = result.summary().traffic().orElseThrow().shuffled();
            }
            Tokens others = new Tokens(spec);
            for (Tokens.Sequence s : keys.sequences()) {
                float[] q = Tokens.gaussians(new Random(3), s.q().length);
                others.add(new Tokens.Sequence(s.name(), s.queries(), s.keys(), q, s.k(), s.v()));
            }
            try (AttentionResult result = store.attend(others.queries(spark))) {
                assertExact(others, result);
                long bytes = result.summary().plan().keyValueBytes();
                assertTrue(loaded < bytes / 2
                        && result.summary().traffic().orElseThrow().shuffled() < bytes / 2);
            }
            Tokens strange = new Tokens(spec).add("c", 3, 3, new Random(1));
            InvalidInputException thrown =
                    assertThrows(InvalidInputException.class, () -> store.attend(strange.queries(spark)));
            assertTrue(thrown.getMessage().startsWith("Sequence c has queries but no keys"), thrown.getMessage());
        }
    }

    private static void assertExact(Tokens tokens, AttentionResult result) {
        assertEquals(StrategyKind.SPLIT_KEYS, result.summary().plan().strategy().kind());
        Tokens.Errors errors = tokens.errors(result);
        assertTrue(errors.output() < 1e-6 && errors.lse() < 1e-5, errors.toString());
        assertEquals(35, errors.rows());
    }

    /** Two partitions of keys make two states a query, which is what this strategy is about. */
    @Test
    void statesOfUnlikePartitionsMerge(SparkSession spark) {
        AttentionSpec spec = AttentionSpec.of(1, 512);
        Tokens tokens = new Tokens(spec).add("a", 3, 8000, new Random(1));
        spark.conf().set("spark.foco.strategy", "split-keys");
        try (AttentionResult result = Attention.of(spec).attend(tokens.queries(spark), tokens.keysAndValues(spark))) {
            assertEquals(2, result.summary().tasks());
            Tokens.Errors errors = tokens.errors(result);
            assertTrue(errors.output() < 1e-6 && errors.lse() < 1e-5, errors.toString());
        }
    }
}
