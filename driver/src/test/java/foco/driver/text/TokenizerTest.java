package foco.driver.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
        tokenizer = open("all-minilm-l6-v2-tokenizer.json");
    }

    private static Tokenizer open(String name) throws IOException {
        try (InputStream in = TokenizerTest.class.getResourceAsStream("/" + name)) {
            return Tokenizer.open(in.readAllBytes(), name);
        }
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void givesTheVocabularysIds() {
        // Ids as in the vocabulary of bert-base-uncased, from which the model's is taken.
        TokenizedText text = tokenizer.paragraphs("The bark of the dog.", LIMIT);
        assertArrayEquals(
                new int[] {101, 1996, 11286, 1997, 1996, 3899, 1012, 102},
                text.tokens().stream().mapToInt(Token::id).toArray());
    }

    @Test
    void offsetsLeadBackToTheOriginalThroughAccentsAndCase() {
        TokenizedText text = tokenizer.paragraphs("O banco NÃO é só de areia; há um coração na praça.", LIMIT);
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
        TokenizedText text = tokenizer.paragraphs("\uD83D\uDE00\uD83C\uDF0A banco, cha\u0303o \uD835\uDD4F fim", LIMIT);
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
        TokenizedText text = tokenizer.paragraphs("\n\none two\nthree\n \t\n\r\nfour\r\n\r\n\r\nfive six\n\n", LIMIT);
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
        assertEquals(0, tokenizer.paragraphs("", LIMIT).tokens().size());
        assertEquals(0, tokenizer.paragraphs(" \n\n \t\n", LIMIT).tokens().size());
        assertEquals(0, tokenizer.paragraphs("", LIMIT).paragraphs());
    }

    @Test
    void neitherCutsNorPadsALongParagraph() {
        TokenizedText text = tokenizer.paragraphs("sea ".repeat(LIMIT - 2), LIMIT);
        assertEquals(LIMIT, text.tokens().size());
        assertEquals(1, text.paragraphs());
    }

    @Test
    void splitsAParagraphBeyondTheLimitAfterASentence() {
        String sentence = "sea ".repeat(99) + "sea. ";
        TokenizedText text = tokenizer.paragraphs(sentence.repeat(12), LIMIT);
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
    void splitsAParagraphWithoutSentencesBetweenWords() {
        // Six pieces or more each, so that 10 never end at a word's end.
        TokenizedText text = tokenizer.paragraphs("atravessássemos embrulhávamos debruçássemos arregaçávamos", 12);
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

    @Test
    void aMarkSpelledOutInTheTextIsAWord() {
        TokenizedText text = tokenizer.paragraphs("a [SEP] b", LIMIT);
        assertEquals(List.of("[CLS]", "a", "[SEP]", "b", "[SEP]"), words(text));
        assertFalse(text.tokens().get(2).isMark());
        assertTrue(text.tokens().get(4).isMark());
    }

    @Test
    void findsWordsWhateverTheirCase() {
        TokenizedText text = tokenizer.paragraphs("Pena que a PENA é uma pena; penas não.", LIMIT);
        assertEquals(3, text.occurrences("pena").length);
        assertEquals(0, text.occurrences("vela").length);
        int second = text.occurrences("pena")[1];
        assertEquals(second, text.at(text.text().indexOf("PENA")));
        assertEquals(-1, text.at(4));
    }

    @Test
    void aWholeTextIsOneParagraphWithItsMarks() {
        TokenizedText text = tokenizer.whole("one two\n\nthree");
        assertEquals(List.of("[CLS]", "one", "two", "three", "[SEP]"), words(text));
        assertEquals(1, text.paragraphs());
        assertEquals(2, tokenizer.whole(" ").tokens().size());
        assertEquals(2, tokenizer.marks());
        assertEquals(30_521, tokenizer.largestId());
    }

    @Test
    void windowsOverlapByHalfAndEveryTokenIsKeptOnceWhereItIsFarthestFromTheEnds() {
        List<String> numbers = IntStream.range(0, 41)
                .mapToObj(i -> List.of("sea", "sun", "day", "man", "old").get(i % 5))
                .toList();
        TokenizedText whole = tokenizer.whole(String.join(" ", numbers));
        List<TextWindow> windows = tokenizer.windows(whole.text(), 18);
        List<Integer> kept = new ArrayList<>();
        for (TextWindow window : windows) {
            List<Token> tokens = window.tokens().tokens();
            assertTrue(tokens.size() <= 18);
            assertTrue(tokens.get(0).isMark() && tokens.get(tokens.size() - 1).isMark());
            for (int i = window.keepFrom(); i < window.keepTo(); i++) {
                assertEquals(i, tokens.get(i).place());
                kept.add(tokens.get(i).start());
                boolean nearStart = window != windows.get(0) && i < 1 + 4;
                boolean nearEnd = window != windows.get(windows.size() - 1) && i > 16 - 4;
                assertFalse(nearStart || nearEnd, i + " is near the end of its window");
            }
        }
        assertEquals(5, windows.size());
        assertEquals(whole.tokens().stream().map(Token::start).toList(), kept);
    }

    @Test
    void aFileThatIsNoTokenizerIsNamed() {
        byte[] cut = "{\"model\": ".getBytes(StandardCharsets.UTF_8);
        InvalidInputException noJson = assertThrows(InvalidInputException.class, () -> Tokenizer.open(cut, "t.json"));
        assertTrue(noJson.getMessage().startsWith("t.json is no JSON"), noJson.getMessage());
        byte[] other = "{\"a\": 1}".getBytes(StandardCharsets.UTF_8);
        InvalidInputException noTokenizer =
                assertThrows(InvalidInputException.class, () -> Tokenizer.open(other, "t.json"));
        assertTrue(noTokenizer.getMessage().startsWith("t.json is no tokenizer"), noTokenizer.getMessage());
    }

    private static List<String> words(TokenizedText text) {
        return IntStream.range(0, text.tokens().size())
                .filter(i -> text.firstOfWord(i) == i)
                .mapToObj(text::word)
                .toList();
    }
}
