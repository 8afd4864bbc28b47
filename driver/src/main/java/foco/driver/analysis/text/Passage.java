package foco.driver.analysis.text;

/**
 * A part of a text.
 *
 * @param title of people's reading: a heading, or how the part begins
 * @param start its first char (UTF-16 units)
 * @param end the one after its last
 */
public record Passage(String title, int start, int end) {

    private static final int TITLE = 60;

    /** A part with the title that its first words make. */
    static Passage untitled(String text, int start, int end) {
        return new Passage(
                shortened(text.substring(start, end).strip().lines().findFirst().orElse("")), start, end);
    }

    /** The beginning of a line, cut between words. */
    static String shortened(String line) {
        if (line.length() <= TITLE) {
            return line;
        }
        int space = line.lastIndexOf(' ', TITLE - 1);
        return line.substring(0, space > TITLE / 2 ? space : TITLE - 1).stripTrailing() + "\u2026";
    }
}
