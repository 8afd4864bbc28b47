package foco.jobs.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

    @ParameterizedTest
    @CsvSource({
        "1, 100%",
        "0.996, 100%",
        "0.994, 99%",
        "0.18143, 18%",
        "0.0996, 10%",
        "0.018143, 1.8%",
        "0.0004, 0.040%",
        "0.000012345, 0.0012%",
        "0.0000012345, 1.2e-4%",
        "0, 0%",
    })
    void aShareHasTwoDigitsThatTellSomething(double share, String text) {
        assertEquals(text, Figures.percent(share));
    }

    @ParameterizedTest
    @CsvSource({"0.00042, 0.0001, 4.2x", "0.5, 0.0001, 5000x", "0.0343, 0.0001, 340x", "0.00003, 0.0001, 0.30x"})
    void andAsManyAsAMultipleOfTheEvenShare(double share, double even, String text) {
        assertEquals(text, Figures.times(share, even));
    }
}
