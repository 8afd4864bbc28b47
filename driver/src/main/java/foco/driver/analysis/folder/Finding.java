package foco.driver.analysis.folder;

/**
 * What stands out, in a sentence.
 *
 * @param kind such as {@code kinds}, {@code link}, {@code received}, {@code words}
 * @param text the sentence
 * @param layer that it is about, counted from 1; 0 for none
 * @param head that it is about, counted from 1; 0 for none
 */
public record Finding(String kind, String text, int layer, int head) {

    /** One that is about no layer. */
    public static Finding of(String kind, String text) {
        return new Finding(kind, text, 0, 0);
    }
}
