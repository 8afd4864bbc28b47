package foco.jobs.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.driver.block.InvalidInputException;
import foco.driver.file.HeadLayout;
import foco.jobs.option.AttentionShapes.Named;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AttentionShapesTest {
    private static final OptionalInt NONE = OptionalInt.empty();

    private static AttentionShapes shapes(
            List<Long> query, List<Long> key, List<Long> value, OptionalInt heads, OptionalInt keyValueHeads) {
        return AttentionShapes.of(
                new Named("Q.npy", query),
                new Named("K.npy", key),
                new Named("V.npy", value),
                HeadCounts.ofOptions(heads, keyValueHeads));
    }

    private static String refusal(
            List<Long> query, List<Long> key, List<Long> value, OptionalInt heads, OptionalInt keyValueHeads) {
        return assertThrows(InvalidInputException.class, () -> shapes(query, key, value, heads, keyValueHeads))
                .getMessage();
    }

    @Test
    void keyHeadsFollowFromTheKeyWidth() {
        AttentionShapes shapes =
                shapes(List.of(10L, 512L), List.of(20L, 128L), List.of(20L, 96L), OptionalInt.of(8), NONE);
        assertEquals(new HeadLayout(HeadLayout.Form.TOKENS, 1, 20, 2, 64), shapes.key());
        assertEquals(new HeadLayout(HeadLayout.Form.TOKENS, 1, 20, 2, 48), shapes.value());
    }

    @Test
    void headsOfStackedArraysFollowFromTheirShapes() {
        AttentionShapes shapes =
                shapes(List.of(3L, 8L, 10L, 64L), List.of(3L, 2L, 20L, 64L), List.of(3L, 2L, 20L, 48L), NONE, NONE);
        assertEquals(new HeadLayout(HeadLayout.Form.BATCH, 3, 10, 8, 64), shapes.query());
        assertEquals(new HeadLayout(HeadLayout.Form.BATCH, 3, 20, 2, 48), shapes.value());
    }

    @Test
    void refusesUnlikeLayouts() {
        assertEquals(
                "Q.npy (10, 512), K.npy (8, 20, 64) and V.npy (8, 20, 64) have unlike layouts; give all three as"
                        + " [n, heads*d], [heads, n, d] or [batch, heads, n, d]",
                refusal(List.of(10L, 512L), List.of(8L, 20L, 64L), List.of(8L, 20L, 64L), NONE, NONE));
    }

    @Test
    void refusesColumnsThatMakeNoHeads() {
        assertEquals(
                "Q.npy has 512 columns and K.npy has 128; give --heads if they hold several heads",
                refusal(List.of(10L, 512L), List.of(20L, 128L), List.of(20L, 128L), NONE, NONE));
        assertEquals(
                "K.npy has 100 columns, not a multiple of the key width 64 that Q.npy has (512 columns / 8 heads);"
                        + " check --heads",
                refusal(List.of(10L, 512L), List.of(20L, 100L), List.of(20L, 128L), OptionalInt.of(8), NONE));
        assertEquals(
                "--kv-heads 2 does not divide the 97 columns of V.npy; give a divisor of 97",
                refusal(List.of(10L, 512L), List.of(20L, 128L), List.of(20L, 97L), OptionalInt.of(8), NONE));
    }

    @Test
    void refusesUnlikeWidthsHeadsTokensAndBatches() {
        assertEquals(
                "Q.npy has width 64 per head (8 heads) and K.npy has 32 (4 heads); queries and keys must be of one width",
                refusal(
                        List.of(10L, 512L),
                        List.of(20L, 128L),
                        List.of(20L, 128L),
                        OptionalInt.of(8),
                        OptionalInt.of(4)));
        assertEquals(
                "K.npy has 2 heads and V.npy has 4; keys and values must have as many",
                refusal(List.of(8L, 10L, 64L), List.of(2L, 20L, 64L), List.of(4L, 20L, 64L), NONE, NONE));
        assertEquals(
                "K.npy has 3 heads of width 64 and Q.npy has 8; query heads must be a multiple of key heads",
                refusal(List.of(8L, 10L, 64L), List.of(3L, 20L, 64L), List.of(3L, 20L, 64L), NONE, NONE));
        assertEquals(
                "K.npy has 20 tokens and V.npy has 21; each key needs one value",
                refusal(List.of(8L, 10L, 64L), List.of(2L, 20L, 64L), List.of(2L, 21L, 64L), NONE, NONE));
        assertEquals(
                "Q.npy has batch 3, K.npy has 2 and V.npy has 2; all three must be of one batch",
                refusal(List.of(3L, 8L, 10L, 64L), List.of(2L, 2L, 20L, 64L), List.of(2L, 2L, 20L, 64L), NONE, NONE));
    }

    @Test
    void headsInsideASpecAreNamedSo() {
        Named vectors = new Named("Q.npy", List.of(10L, 512L));
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> AttentionShapes.of(vectors, vectors, vectors, HeadCounts.ofSpec(OptionalInt.of(5), NONE)))
                .getMessage();
        assertEquals("--spec heads 5 does not divide the 512 columns of Q.npy; give a divisor of 512", message);
    }
}
