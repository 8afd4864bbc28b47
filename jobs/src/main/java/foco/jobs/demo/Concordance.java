package foco.jobs.demo;

import foco.driver.text.TokenizedText;

/**
 * Words with the text around them, one to a line, the words in brackets one below the other: the form of a concordance.
 */
final class Concordance {
    private static final int LONGEST = 600;
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";

    private final TokenizedText text;
    private final int before;
    private final int width;
    private final boolean ansi;

    /**
     * @param before columns left of the word
     * @param width columns of a line
     * @param ansi whether to make the words bold, for a terminal
     */
    Concordance(TokenizedText text, int before, int width, boolean ansi) {
        this.text = text;
        this.before = before;
        this.width = width;
        this.ansi = ansi;
    }

    /** The word at a position, in its context; exactly {@code width} columns. */
    String line(int position) {
        int start = text.tokens().get(text.firstOfWord(position)).start();
        int end = text.tokens().get(text.lastOfWord(position)).end();
        String left = left(squeeze(text.text().substring(Math.max(0, start - LONGEST), start)));
        // A mark has its brackets already.
        String word =
                text.tokens().get(position).isMark() ? text.word(position) : "[" + squeeze(text.word(position)) + "]";
        String right = squeeze(text.text().substring(end, Math.min(text.text().length(), end + LONGEST)));
        return left + fill(word, right, width - before);
    }

    private String left(String context) {
        if (context.length() <= before) {
            return " ".repeat(before - context.length()) + context;
        }
        String kept = context.substring(context.length() - before);
        // A word cut in two is left out, unless it is all there is.
        int blank = kept.indexOf(' ');
        boolean whole = context.charAt(context.length() - before - 1) == ' ' || blank < 0 || blank == before - 1;
        return whole ? kept : " ".repeat(blank) + kept.substring(blank);
    }

    private String fill(String word, String right, int columns) {
        String shown = word.length() <= columns ? word : word.substring(0, columns);
        int room = columns - shown.length();
        String kept = right.length() <= room ? right : right.substring(0, room);
        int blank = kept.lastIndexOf(' ');
        if (kept.length() < right.length() && right.charAt(kept.length()) != ' ' && blank > 0) {
            kept = kept.substring(0, blank);
        }
        return (ansi ? BOLD + shown + PLAIN : shown) + kept + " ".repeat(room - kept.length());
    }

    /** Line breaks become blanks, paragraph breaks a pilcrow, and what a terminal would obey is left out. */
    private static String squeeze(String raw) {
        return raw.replaceAll("\\R\\h*\\R\\s*", " \u00b6 ")
                .replaceAll("\\s+", " ")
                .replaceAll("\\p{Cc}", "");
    }
}
