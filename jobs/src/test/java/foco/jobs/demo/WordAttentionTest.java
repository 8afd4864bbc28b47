package foco.jobs.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.driver.text.Token;
import foco.driver.text.TokenizedText;
import foco.jobs.demo.WordAttention.Shares;
import foco.jobs.demo.WordAttention.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordAttentionTest {
    private static final double TOLERANCE = 1e-7;

    // Two paragraphs, "vela a" and "vela": [CLS] ve ##la a [SEP] [CLS] ve ##la [SEP].
    private static final TokenizedText TEXT = new TokenizedText(
            "vela a\n\nvela",
            List.of(
                    new Token("[CLS]", 101, 0, 0, -1, 0, 0),
                    new Token("ve", 1, 0, 1, 0, 0, 2),
                    new Token("##la", 2, 0, 2, 0, 2, 4),
                    new Token("a", 3, 0, 3, 1, 5, 6),
                    new Token("[SEP]", 102, 0, 4, -1, 6, 6),
                    new Token("[CLS]", 101, 1, 0, -1, 8, 8),
                    new Token("ve", 1, 1, 1, 0, 8, 10),
                    new Token("##la", 2, 1, 2, 0, 10, 12),
                    new Token("[SEP]", 102, 1, 3, -1, 12, 12)));

    private static final float[] FIRST_PIECE = {0.05f, 0.1f, 0.1f, 0.05f, 0.1f, 0.1f, 0.2f, 0.2f, 0.1f};
    private static final float[] SECOND_PIECE = {0.15f, 0.0f, 0.1f, 0.05f, 0.0f, 0.2f, 0.3f, 0.1f, 0.1f};

    private final WordAttention attention = new WordAttention(TEXT, 1, List.of(FIRST_PIECE, SECOND_PIECE));

    @Test
    void sumsOverTheOtherWordsPiecesAndAveragesOverItsOwn() {
        List<Target> found = attention.strongest(10);
        // The marks are no words, and the first "vela" is the same word as the second, which gets more.
        assertEquals(2, found.size());
        assertTarget(6, 0.4, found.get(0));
        assertTarget(3, 0.05, found.get(1));
        assertEquals(found.subList(0, 1), attention.strongest(1));
    }

    @Test
    void addsUpTheSharesOfWordParagraphPlaceAndMarks() {
        Shares shares = attention.shares();
        assertEquals(0.55, shares.sameWord(), TOLERANCE);
        assertEquals(0.35, shares.paragraph(), TOLERANCE);
        // All places but the first paragraph's end mark are at most 2 from place 1.
        assertEquals(1 - 0.05, shares.nearPlace(), TOLERANCE);
        assertEquals(0.4, shares.marks(), TOLERANCE);
    }

    @Test
    void evenAttentionIsSpreadOverAllTokens() {
        Shares shares = WordAttention.even(TEXT, 3).shares();
        assertEquals(9, shares.evenOver(), 1e-5);
        assertEquals(1 / 9.0, shares.sameWord(), TOLERANCE);
        assertEquals(5 / 9.0, shares.paragraph(), TOLERANCE);
        assertEquals(4 / 9.0, shares.marks(), TOLERANCE);
    }

    @Test
    void attentionToOneTokenIsSpreadOverOne() {
        float[] one = new float[9];
        one[3] = 1;
        assertEquals(1, new WordAttention(TEXT, 3, List.of(one)).shares().evenOver(), TOLERANCE);
    }

    private static void assertTarget(int position, double weight, Target actual) {
        assertEquals(position, actual.position());
        assertEquals(weight, actual.weight(), TOLERANCE);
    }
}
