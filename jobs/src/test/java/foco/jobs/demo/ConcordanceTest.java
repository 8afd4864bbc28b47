package foco.jobs.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.text.TokenizedText;
import foco.driver.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class ConcordanceTest {
    private static final int BEFORE = 12;
    private static final int WIDTH = 34;

    private final TokenizedText text = tokenize(
            "A vela do barco pega\n  o vento; a vela\tdo altar tem medo dele.\n\nUma vela \u001b[31mvermelha\u0007\u009b apaga.");

    @Test
    void putsTheWordsInBracketsOneBelowTheOther() {
        Concordance lines = new Concordance(text, BEFORE, WIDTH, false);
        int[] found = text.occurrences("vela");
        assertEquals("          A [vela] do barco pega o", lines.line(found[0]).stripTrailing());
        assertEquals(" o vento; a [vela] do altar tem", lines.line(found[1]).stripTrailing());
        assertEquals(
                "dele. \u00b6 Uma [vela] [31mvermelha", lines.line(found[2]).stripTrailing());
    }

    @Test
    void everyLineHasTheSameWidthAndNothingThatATerminalObeys() {
        Concordance lines = new Concordance(text, BEFORE, WIDTH, false);
        for (int position = 0; position < text.tokens().size(); position++) {
            String line = lines.line(position);
            assertEquals(WIDTH, line.length(), line);
            assertTrue(line.chars().noneMatch(Character::isISOControl), line);
            assertEquals('[', line.charAt(BEFORE), line);
        }
    }

    @Test
    void makesOnlyTheWordBoldOnATerminal() {
        String line = new Concordance(text, BEFORE, WIDTH, true).line(text.occurrences("vela")[0]);
        assertTrue(line.contains("\u001b[1m[vela]\u001b[0m"), line);
        assertFalse(new Concordance(text, BEFORE, WIDTH, false).line(1).contains("\u001b"));
    }

    @Test
    void cutsAWordThatIsWiderThanTheLine() {
        TokenizedText wide = tokenize("x".repeat(80) + " y");
        String line = new Concordance(wide, BEFORE, WIDTH, false).line(1);
        assertEquals(WIDTH, line.length());
    }

    static TokenizedText tokenize(String text) {
        String name = "all-minilm-l6-v2-tokenizer.json";
        try (InputStream in = MiniLm.class.getClassLoader().getResourceAsStream(name);
                Tokenizer tokenizer = Tokenizer.open(in.readAllBytes(), name)) {
            return tokenizer.paragraphs(text, 512);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
