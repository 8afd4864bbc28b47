package foco.driver.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class WeightSelectionTest {

    private static void refused(String message, Executable work) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, work).getMessage());
    }

    @Test
    void whatCannotBeChosenTwiceIsRefused() {
        refused("Each sequence is chosen once, and given were [0, 1, 0].", () -> WeightSelection.all()
                .inSequences("0", "1", "0"));
        refused("Each head is chosen once, and given were [2, 2].", () -> WeightSelection.all()
                .inHeads(2, 2));
    }
}
