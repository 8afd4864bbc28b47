package foco.driver.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.driver.block.InvalidInputException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class HeadLayoutTest {
    private static HeadLayout layout(OptionalInt heads, Long... shape) {
        return HeadLayout.of("Q.npy", List.of(shape), heads, "--heads");
    }

    private static String refusal(OptionalInt heads, Long... shape) {
        return assertThrows(InvalidInputException.class, () -> layout(heads, shape))
                .getMessage();
    }

    @Test
    void theNumberOfDimensionsTellsTheForm() {
        assertEquals(new HeadLayout(HeadLayout.Form.TOKENS, 1, 100, 8, 64), layout(OptionalInt.of(8), 100L, 512L));
        assertEquals(new HeadLayout(HeadLayout.Form.TOKENS, 1, 100, 1, 512), layout(OptionalInt.empty(), 100L, 512L));
        assertEquals(new HeadLayout(HeadLayout.Form.HEADS, 1, 100, 8, 64), layout(OptionalInt.empty(), 8L, 100L, 64L));
        assertEquals(
                new HeadLayout(HeadLayout.Form.BATCH, 2, 100, 8, 64), layout(OptionalInt.of(8), 2L, 8L, 100L, 64L));
    }

    @Test
    void everyLayoutGivesBackTheShapeItWasMadeOf() {
        assertEquals(List.of(100L, 512L), layout(OptionalInt.of(8), 100L, 512L).shape());
        assertEquals(
                List.of(8L, 100L, 64L),
                layout(OptionalInt.empty(), 8L, 100L, 64L).shape());
        assertEquals(
                List.of(2L, 8L, 100L, 64L),
                layout(OptionalInt.empty(), 2L, 8L, 100L, 64L).shape());
    }

    @Test
    void offsetsGoBeyondTwoToTheThirtyOne() {
        HeadLayout layout = layout(OptionalInt.of(8), 1L << 40, 512L);
        assertEquals((1L << 40) * 512, layout.elements());
        assertEquals(((1L << 40) - 1) * 512 + 3 * 64, layout.offset(0, 3, (1L << 40) - 1));
    }

    @Test
    void refusesOtherShapes() {
        assertEquals(
                "Q.npy has shape (5,); give an array of shape [n, heads*d], [heads, n, d] or [batch, heads, n, d]",
                refusal(OptionalInt.empty(), 5L));
        assertEquals(
                "Q.npy has shape (0, 64); each dimension must be at least 1, and only that of the tokens more than"
                        + " 2,147,483,647",
                refusal(OptionalInt.empty(), 0L, 64L));
        assertEquals(
                "--heads 7 does not divide the 512 columns of Q.npy; give a divisor of 512",
                refusal(OptionalInt.of(7), 100L, 512L));
        assertEquals(
                "--heads 4, but Q.npy has 8 heads: shape (8, 100, 64) is [heads, n, d]; drop --heads or give 8",
                refusal(OptionalInt.of(4), 8L, 100L, 64L));
    }
}
