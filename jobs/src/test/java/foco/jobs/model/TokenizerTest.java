package foco.jobs.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenizerTest {
    private static final int LIMIT = 512;
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() throws IOException {
        tokenizer = open(LIMIT);
    }

    private static Tokenizer open(int limit) throws IOException {
        try (InputStream in = TokenizerTest.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
            return Tokenizer.open(in, limit);
        }
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void givesTheVocabularysIds() {
        // Ids as in the vocabulary of bert-base-uncased, from which the model's is taken.
        TokenizedText text = tokenizer.tokenize("The bark of the dog.");
        assertArrayEquals(
                new int[] {101, 1996, 11286, 1997, 1996, 3899, 1012, 102},
                text.tokens().stream().mapToInt(Token::id).toArray());
    }

    @Test
    void offsetsLeadBackToTheOriginalThroughAccentsAndCase() {
        TokenizedText text = tokenizer.tokenize("O banco NÃO é só de areia; há um coração na praça.");
        assertEquals(
                List.of(
                        "[CLS]", "O", "banco", "NÃO", "é", "só", "de", "areia", ";", "há", "um", "coração", "na",
                        "praça", ".", "[SEP]"),
                words(text));
        int accented = text.occurrences("coração")[0];
        assertTrue(text.lastOfWord(accented) > accented, "several pieces");
        assertEquals("coração", text.word(text.lastOfWord(accented)));
        assertEquals(accented, text.firstOfWord(text.lastOfWord(accented)));
    }

    @Test
    void offsetsCountCharsWhereTheNativeLibraryCountsCodePoints() {
        TokenizedText text = tokenizer.tokenize("\uD83D\uDE00\uD83C\uDF0A banco, cha\u0303o \uD835\uDD4F fim");
        assertEquals(
                List.of(
                        "[CLS]",
                        "\uD83D\uDE00\uD83C\uDF0A",
                        "banco",
                        ",",
                        "cha\u0303o",
                        "\uD835\uDD4F",
                        "fim",
                        "[SEP]"),
                words(text));
    }

    @Test
    void eachParagraphStandsBetweenItsMarksWithPlacesFromZero() {
        TokenizedText text = tokenizer.tokenize("\n\none two\nthree\n \t\n\r\nfour\r\n\r\n\r\nfive six\n\n");
        assertEquals(3, text.paragraphs());
        assertEquals(
                List.of(
                        "[CLS]", "one", "two", "three", "[SEP]", "[CLS]", "four", "[SEP]", "[CLS]", "five", "six",
                        "[SEP]"),
                words(text));
        assertArrayEquals(
                new int[] {0, 1, 2, 3, 4, 0, 1, 2, 0, 1, 2, 3},
                text.tokens().stream().mapToInt(Token::place).toArray());
        assertArrayEquals(
                new int[] {0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2},
                text.tokens().stream().mapToInt(Token::paragraph).toArray());
        // A mark stands where its paragraph begins or ends.
        assertEquals(text.text().indexOf("four"), text.tokens().get(5).start());
        assertEquals(text.text().indexOf("four") + 4, text.tokens().get(7).start());
    }

    @Test
    void aTextWithoutWordsHasNoTokens() {
        assertEquals(0, tokenizer.tokenize("").tokens().size());
        assertEquals(0, tokenizer.tokenize(" \n\n \t\n").tokens().size());
        assertEquals(0, tokenizer.tokenize("").paragraphs());
    }

    @Test
    void neitherCutsNorPadsALongParagraph() {
        TokenizedText text = tokenizer.tokenize("sea ".repeat(LIMIT - 2));
        assertEquals(LIMIT, text.tokens().size());
        assertEquals(1, text.paragraphs());
    }

    @Test
    void splitsAParagraphBeyondTheLimitAfterASentence() {
        String sentence = "sea ".repeat(99) + "sea. ";
        TokenizedText text = tokenizer.tokenize(sentence.repeat(12));
        assertEquals(3, text.paragraphs());
        assertEquals(12 * 101 + 3 * 2, text.tokens().size());
        assertTrue(text.tokens().stream().allMatch(token -> token.place() < LIMIT));
        for (int i = 0; i < text.tokens().size(); i++) {
            if (text.tokens().get(i).piece().equals("[SEP]")) {
                assertEquals(".", text.tokens().get(i - 1).piece());
            }
        }
    }

    @Test
    void splitsAParagraphWithoutSentencesBetweenWords() throws IOException {
        try (Tokenizer narrow = open(12)) {
            // Six pieces or more each, so that 10 never end at a word's end.
            TokenizedText text = narrow.tokenize("atravessássemos embrulhávamos debruçássemos arregaçávamos");
            assertTrue(text.paragraphs() > 1);
            for (int i = 1; i + 1 < text.tokens().size(); i++) {
                Token token = text.tokens().get(i);
                if (text.tokens().get(i - 1).isMark()) {
                    assertFalse(token.piece().startsWith("##"), token.toString());
                }
            }
            assertEquals(
                    4,
                    IntStream.range(0, text.tokens().size())
                            .filter(i -> !text.tokens().get(i).isMark() && text.firstOfWord(i) == i)
                            .count());
        }
    }

    @Test
    void aMarkSpelledOutInTheTextIsAWord() {
        TokenizedText text = tokenizer.tokenize("a [SEP] b");
        assertEquals(List.of("[CLS]", "a", "[SEP]", "b", "[SEP]"), words(text));
        assertFalse(text.tokens().get(2).isMark());
        assertTrue(text.tokens().get(4).isMark());
    }

    @Test
    void findsWordsWhateverTheirCase() {
        TokenizedText text = tokenizer.tokenize("Pena que a PENA é uma pena; penas não.");
        assertEquals(3, text.occurrences("pena").length);
        assertEquals(0, text.occurrences("vela").length);
        int second = text.occurrences("pena")[1];
        assertEquals(second, text.at(text.text().indexOf("PENA")));
        assertEquals(-1, text.at(4));
    }

    private static List<String> words(TokenizedText text) {
        return IntStream.range(0, text.tokens().size())
                .filter(i -> text.firstOfWord(i) == i)
                .mapToObj(text::word)
                .toList();
    }
}
