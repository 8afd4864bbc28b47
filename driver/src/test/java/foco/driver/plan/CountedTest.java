package foco.driver.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CountedTest {

    @Test
    void oneIsSingularAndAllOthersArePlural() {
        assertEquals("1 wave", Counted.text(1, "wave"));
        assertEquals("0 waves", Counted.text(0, "wave"));
        assertEquals("12,000 waves", Counted.text(12_000, "wave"));
        assertEquals("1 query", Counted.text(1, "query", "queries"));
        assertEquals("2 queries", Counted.text(2, "query", "queries"));
    }
}
