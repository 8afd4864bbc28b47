package foco.driver.text;

import java.util.List;

/**
 * Tokens that attend to one another: a document, or a window of one.
 *
 * @param document the place of its document among all, from 0
 * @param ids each token's row in the vocabulary
 * @param places each token's place, as the model is to be told
 * @param starts where each token begins in the document, in chars (UTF-16 units)
 * @param ends where it ends, exclusive; for a mark equal to its start
 * @param keepFrom the first token whose result counts
 * @param keepTo the one after the last
 */
public record TokenSequence(
        int document, int[] ids, float[] places, int[] starts, int[] ends, int keepFrom, int keepTo) {

    /** All tokens of a text, at their own places. */
    static TokenSequence of(int document, TokenizedText text) {
        return of(document, text, 0, text.tokens().size());
    }

    static TokenSequence of(int document, TokenizedText text, int keepFrom, int keepTo) {
        List<Token> tokens = text.tokens();
        float[] places = new float[tokens.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = tokens.get(i).place();
        }
        return new TokenSequence(
                document,
                tokens.stream().mapToInt(Token::id).toArray(),
                places,
                tokens.stream().mapToInt(Token::start).toArray(),
                tokens.stream().mapToInt(Token::end).toArray(),
                keepFrom,
                keepTo);
    }

    /** The same tokens with their places from 0 to the last of {@code positions}, evenly spread. */
    TokenSequence stretched(int positions) {
        float[] spread = new float[places.length];
        for (int i = 0; i < spread.length; i++) {
            spread[i] = (float) ((double) i * (positions - 1) / (spread.length - 1));
        }
        return new TokenSequence(document, ids, spread, starts, ends, keepFrom, keepTo);
    }

    public int length() {
        return ids.length;
    }
}
