package foco.driver.analysis;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import java.util.List;
import org.junit.jupiter.api.Test;

class SumRulesTest {

    private static final AttentionSpec SPEC = AttentionSpec.of(2, 4);

    private static RuleErrors.Part part(int number, double mass, double due, double given, double received) {
        return new RuleErrors.Part(
                number, new SpanFigures(mass, 0, 0, 4, due, given, received, new double[] {number == 0 ? 30 : 0}));
    }

    @Test
    void spansAddUpToTheirHead() {
        RuleErrors good = RuleErrors.of(List.of(part(1, 1e-7, 20, 20, 12), part(0, 2e-7, 10, 10, 18)));
        assertEquals(2e-7, good.mass());
        assertEquals(0, good.received());
        assertEquals(0, good.sections());
        RuleErrors less = RuleErrors.of(List.of(part(0, 0, 10, 10, 18), part(1, 0, 20, 20, 9)));
        assertEquals(0.1, less.received(), 1e-12);
        assertEquals(0.1, good.worse(less).received(), 1e-12);
    }

    @Test
    void whatIsNoNumberBreaksARule() {
        RuleErrors figures = RuleErrors.of(List.of(part(0, Double.NaN, 10, 10, 10)));
        assertEquals(Double.POSITIVE_INFINITY, figures.mass());
        assertFalse(new SumRule(SumRules.MASS, 1, figures.mass(), figures.limit()).holds());
    }

    @Test
    void aBrokenRuleIsNamedWithItsHead() {
        SumRule good = new SumRule(SumRules.MASS, 0, 1e-7, 1e-5);
        assertDoesNotThrow(() -> SumRules.require(List.of(good)));
        IllegalStateException broken = assertThrows(
                IllegalStateException.class,
                () -> SumRules.require(List.of(good, new SumRule(SumRules.RECEIVED, 7, 0.25, 1e-5))));
        assertEquals(
                "The statistics are wrong: in head 7 it does not hold that what all keys receive is what all queries give; it is off by 0.25, and 1.0e-05 is allowed.",
                broken.getMessage());
    }

    @Test
    void aHeadIsCausalIfItsMaskSaysSoOfEveryQuery() {
        HeadScope own = new HeadScope(1, 50, 50, 0);
        assertTrue(SumRules.isCausal(SPEC.withMask(Mask.causal()), own));
        assertTrue(SumRules.isCausal(SPEC.withMask(Mask.window(3, 0)), own));
        assertFalse(SumRules.isCausal(SPEC, own));
        assertFalse(SumRules.isCausal(SPEC.withMask(Mask.window(3, 1)), own));
        assertFalse(SumRules.isCausal(SPEC.withMask(Mask.causal().or(Mask.global(1, 0))), own));
        assertFalse(SumRules.isCausal(SPEC.withMask((head, query, key) -> key <= query), own));
        HeadScope afterPast = new HeadScope(0, 50, 80, 30);
        assertTrue(SumRules.isCausal(SPEC.withMask(Mask.causal()).shifted(30), afterPast));
        assertFalse(SumRules.isCausal(SPEC.withMask(Mask.causal()).shifted(31), afterPast));
    }
}
