package foco.driver.text;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A text and its tokens, in order. A token's index in {@code tokens} is its position in the sequence.
 *
 * @param text as it was given
 * @param tokens paragraph by paragraph, each between its marks
 */
public record TokenizedText(String text, List<Token> tokens) {

    /** How many paragraphs the text was cut into. */
    public int paragraphs() {
        return tokens.isEmpty() ? 0 : tokens.get(tokens.size() - 1).paragraph() + 1;
    }

    /** The whole word that a token is a piece of, as the text spells it; a mark's own name for a mark. */
    public String word(int position) {
        Token token = tokens.get(position);
        if (token.isMark()) {
            return token.piece();
        }
        return text.substring(
                tokens.get(firstOfWord(position)).start(),
                tokens.get(lastOfWord(position)).end());
    }

    /** Position of the first piece of the word that a token is a piece of. */
    public int firstOfWord(int position) {
        int first = position;
        while (first > 0 && sameWord(first - 1, position)) {
            first--;
        }
        return first;
    }

    /** Position of the last piece of the word that a token is a piece of. */
    public int lastOfWord(int position) {
        int last = position;
        while (last + 1 < tokens.size() && sameWord(last + 1, position)) {
            last++;
        }
        return last;
    }

    private boolean sameWord(int a, int b) {
        Token one = tokens.get(a);
        Token other = tokens.get(b);
        return !one.isMark() && one.word() == other.word() && one.paragraph() == other.paragraph();
    }

    /** Positions of the first pieces of all words spelled so, whatever the case of the letters. */
    public int[] occurrences(String word) {
        return IntStream.range(0, tokens.size())
                .filter(i -> !tokens.get(i).isMark() && firstOfWord(i) == i)
                .filter(i -> word(i).equalsIgnoreCase(word))
                .toArray();
    }

    /** Position of the token that covers a char of the text, or -1 if none does. */
    public int at(int offset) {
        return IntStream.range(0, tokens.size())
                .filter(i -> tokens.get(i).start() <= offset
                        && offset < tokens.get(i).end())
                .findFirst()
                .orElse(-1);
    }
}
