package foco.driver.analysis.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The paragraphs of a text. They end at blank lines. In a text that has hardly any, a line is a paragraph where lines are long;
 * where they are all cut at one width, a paragraph ends with a line that stops well before that width after the end of a sentence,
 * or before a dash that begins direct speech.
 */
final class Paragraphs {

    /** A text whose paragraphs were longer on average has other signs of them than blank lines. */
    private static final int MOST_CHARS = 3000;
    /** Lines beyond this were not cut at a width. */
    private static final int LONG_LINE = 200;

    private static final double SHORT_LINE = 0.85;
    private static final int PERCENTILE = 90;
    private static final Pattern SENTENCE_END = Pattern.compile(".*[.!?\u2026:][\"'\u201d\u2019\u00bb)]*");
    private static final Pattern SPEECH = Pattern.compile("[\u2014\u2013-]\\h.*");

    private Paragraphs() {}

    /** All paragraphs that have words; together they cover the words of the text. */
    static List<Passage> of(String text) {
        Lines lines = Lines.of(text);
        List<Passage> byBlanks = passages(lines, line -> lines.get(line - 1).isBlank());
        if (byBlanks.size() > 1 && text.length() / byBlanks.size() <= MOST_CHARS) {
            return byBlanks;
        }
        int[] lengths = lines.all().stream()
                .mapToInt(line -> line.words().length())
                .filter(length -> length > 0)
                .sorted()
                .toArray();
        if (lengths.length == 0) {
            return List.of();
        }
        int width = lengths[(int) ((long) lengths.length * PERCENTILE / 100)];
        return width > LONG_LINE
                ? passages(lines, line -> true)
                : passages(lines, line -> beginsAfterShort(lines, line, width));
    }

    private static boolean beginsAfterShort(Lines lines, int line, int width) {
        String before = lines.get(line - 1).words();
        boolean ended = before.isEmpty() || SENTENCE_END.matcher(before).matches();
        return before.isEmpty()
                || ended && before.length() < SHORT_LINE * width
                || ended && SPEECH.matcher(lines.get(line).words()).matches();
    }

    private interface Begins {
        boolean at(int line);
    }

    private static List<Passage> passages(Lines lines, Begins begins) {
        int[] starts = IntStream.range(0, lines.count())
                .filter(line -> !lines.get(line).isBlank() && (line == 0 || begins.at(line)))
                .toArray();
        List<Passage> passages = new ArrayList<>();
        for (int p = 0; p < starts.length; p++) {
            int end = p + 1 < starts.length
                    ? lines.start(starts[p + 1])
                    : lines.text().length();
            passages.add(Passage.untitled(lines.text(), lines.start(starts[p]), end));
        }
        return passages;
    }
}
