package foco.jobs.terminal;

import java.util.ArrayList;
import java.util.List;

/** Sentences cut into lines of a terminal's width. */
public final class WrappedText {
    private static final int COLUMNS = 80;
    private static final String FIRST = "  - ";
    private static final String NEXT = "    ";

    private WrappedText() {}

    /** The lines of an item of a list: a dash before the first, the others below its words. */
    public static List<String> item(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(FIRST);
        boolean empty = true;
        for (String word : text.split(" ")) {
            if (!empty && line.length() + 1 + word.length() > COLUMNS) {
                lines.add(line.toString());
                line = new StringBuilder(NEXT);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
        return lines;
    }
}
