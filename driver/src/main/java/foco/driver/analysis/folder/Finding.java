package foco.driver.analysis.folder;

/**
 * What stands out, in a sentence.
 *
 * @param kind such as {@code kind}, {@code link}, {@code passage}, {@code words}
 * @param text the sentence
 * @param layer that it is about, counted from 1; 0 for none
 * @param head that it is about, counted from 1; 0 for none
 * @param token the position of the token that it is about; -1 for none
 * @param word the chosen word that it is about; empty for none
 */
public record Finding(String kind, String text, int layer, int head, int token, String word) {

    /** One that is about no layer, token or word. */
    public static Finding of(String kind, String text) {
        return new Finding(kind, text, 0, 0, -1, "");
    }

    /** The same, about a head. */
    public Finding in(int layer, int head) {
        return new Finding(kind, text, layer, head, token, word);
    }

    /** The same, about a token. */
    public Finding at(int position) {
        return new Finding(kind, text, layer, head, position, word);
    }

    /** The same, about a chosen word. */
    public Finding about(String chosen) {
        return new Finding(kind, text, layer, head, token, chosen);
    }
}
