package foco.jobs.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CallsTest {

    /** ONNX Runtime's causal MultiHeadAttention of 8192 tokens, which needs 2 GiB for scores. */
    @Test
    void callsThatAreWarmingUpDoNotCount() {
        Calls calls = new Calls(List.of(8.27, 3.57, 1.19, 1.21, 1.20, 1.22));
        assertTrue(calls.steady());
        assertEquals(1.21, calls.median(), 1e-12);
        assertEquals("8.27 3.57 1.19 | 1.21 1.20 1.22", calls.toString());
    }

    @Test
    void threeCallsWarmUpHoweverAlikeTheyAre() {
        assertEquals("1.00 1.00 1.00 | 1.00 1.00", new Calls(List.of(1.0, 1.0, 1.0, 1.0, 1.0)).toString());
    }

    @Test
    void slowCallsThatAreAlikeAreNoSignOfBeingWarm() {
        Calls calls = new Calls(List.of(5.0, 5.0, 5.0, 5.0, 1.2, 1.2, 1.2));
        assertTrue(calls.steady());
        assertEquals(1.2, calls.median(), 1e-12);
    }

    @Test
    void callsThatGoOnChangingAreNotSteady() {
        Calls calls = new Calls(List.of(8.0, 4.0, 2.0, 1.0, 0.5, 0.25));
        assertFalse(calls.steady());
        assertEquals(0.375, calls.median(), 1e-12);
    }

    @Test
    void aLastCallThatFallsOutIsNotSteady() {
        assertFalse(new Calls(List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.2)).steady());
    }

    @Test
    void fewerThanFiveCallsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Calls(List.of(1.0, 1.0, 1.0, 1.0)));
    }
}
