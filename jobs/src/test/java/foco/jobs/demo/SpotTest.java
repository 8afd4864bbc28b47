package foco.jobs.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import foco.driver.text.TokenizedText;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpotTest {

    @Test
    void theEssayHoldsEveryWordThatTheDemoShows() throws IOException {
        TokenizedText essay = ConcordanceTest.tokenize(DemoText.essay().text());
        List<Spot> spots = Spot.ofEssay(essay);
        assertEquals(
                List.of("banco", "banco", "bank", "bank", "bark", "bark"),
                spots.stream().map(spot -> essay.word(spot.position())).toList());
        assertEquals(6, spots.stream().map(Spot::position).distinct().count());
        assertEquals(
                6,
                spots.stream().map(Spot::note).filter(note -> !note.isEmpty()).count());
    }

    @Test
    void theEssaysAmbiguousWordsStandInItManyTimes() throws IOException {
        TokenizedText essay = ConcordanceTest.tokenize(DemoText.essay().text());
        for (String word : List.of("banco", "manga", "vela", "pena", "bank", "bark", "spring", "light")) {
            assertTrue(essay.occurrences(word).length >= 10, word);
        }
        // Longer than the model's 512 places, in paragraphs that are not: none of them had to be split.
        assertTrue(essay.tokens().size() > 8 * 512, essay.tokens().size() + " tokens");
        assertEquals(DemoText.essay().text().strip().split("\n\n").length, essay.paragraphs());
    }

    @Test
    void showsTheFirstFourOccurrencesOfAWord() {
        TokenizedText text = ConcordanceTest.tokenize("a vela, a vela, a Vela, a vela, a vela");
        List<Spot> spots = Spot.ofWord(text, "VELA");
        assertEquals(4, spots.size());
        assertEquals("occurrence 1 of 5", spots.get(0).note());
        assertEquals(2, spots.get(0).pieces(text).size());
        InvalidInputException failure = assertThrows(InvalidInputException.class, () -> Spot.ofWord(text, "velas"));
        assertTrue(failure.getMessage().contains("'velas'"));
    }

    @Test
    void showsTheWholeWordOfAToken() {
        TokenizedText text = ConcordanceTest.tokenize("a vela");
        assertEquals(2, Spot.ofPosition(text, 3).position());
        assertEquals(0, Spot.ofPosition(text, 0).position());
        assertEquals(
                "the text has no token 5; its tokens are 0 to 4",
                assertThrows(InvalidInputException.class, () -> Spot.ofPosition(text, 5))
                        .getMessage());
        assertThrows(InvalidInputException.class, () -> Spot.ofPosition(text, -1));
    }

    @Test
    void findsCommonWordsInATextThatNobodyChoseWordsOf() {
        assertEquals(
                List.of("harbour", "harbour", "lantern", "lantern"),
                shown(
                        "The harbour, the lantern, the harbour; the lantern. The harbour, and the and the and the: once."));
        assertEquals(List.of("bank", "bank"), shown("The bank: a bank; no harbour."));
        assertEquals(List.of("a"), shown("a b c"));
    }

    private static List<String> shown(String text) {
        TokenizedText tokens = ConcordanceTest.tokenize(text);
        return Spot.ofCommonWords(tokens).stream()
                .map(spot -> tokens.word(spot.position()))
                .toList();
    }
}
