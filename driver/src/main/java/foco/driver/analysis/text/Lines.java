package foco.driver.analysis.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines of a text, each with the place where it begins. */
record Lines(String text, List<Line> all) {

    private static final Pattern BREAK = Pattern.compile("\\R");

    /**
     * A line.
     *
     * @param start its first char
     * @param words what stands on it, without blanks around
     */
    record Line(int start, String words) {

        boolean isBlank() {
            return words.isEmpty();
        }
    }

    static Lines of(String text) {
        List<Line> all = new ArrayList<>();
        Matcher end = BREAK.matcher(text);
        int start = 0;
        while (start <= text.length()) {
            boolean more = end.find();
            all.add(new Line(
                    start,
                    text.substring(start, more ? end.start() : text.length()).strip()));
            start = more ? end.end() : text.length() + 1;
        }
        return new Lines(text, all);
    }

    int count() {
        return all.size();
    }

    Line get(int line) {
        return all.get(line);
    }

    /** Where a line begins; of the one after the last the end of the text. */
    int start(int line) {
        return line < all.size() ? all.get(line).start() : text.length();
    }
}
