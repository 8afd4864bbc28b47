package foco.driver.analysis.text;

/**
 * A run of tokens that belong together.
 *
 * @param level {@link #SECTION} or {@link #PARAGRAPH}
 * @param number counted from 0 within its level
 * @param first the position of its first token
 * @param end the position after its last
 * @param start where it begins in the text, in chars (UTF-16 units); -1 without a text
 * @param endOffset where it ends, exclusive; -1 without a text
 * @param title of its heading, or how it begins
 */
public record Section(String level, int number, int first, int end, int start, int endOffset, String title) {

    /** The level of chapters, slices, or what was chosen. */
    public static final String SECTION = "section";

    /** The level of paragraphs. */
    public static final String PARAGRAPH = "paragraph";

    public int tokens() {
        return end - first;
    }
}
