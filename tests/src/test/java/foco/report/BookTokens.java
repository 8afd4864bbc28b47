package foco.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text cut into words and marks, with a mark before and after each paragraph, as encoders of BERT's family do. */
final class BookTokens {

    private static final Pattern PIECE = Pattern.compile("[\\p{L}\\p{N}\\p{M}]+|[^\\s\\p{L}\\p{N}\\p{M}]");
    private static final Pattern HEADING = Pattern.compile("\\d+\\. .*|[A-Z\\p{Lu} ]{6,}");
    /** A word longer than this is cut, as a tokenizer cuts one that it does not know. */
    private static final int LONGEST = 12;

    private static final int UNKNOWN = 1000;

    record Piece(String token, int start, int end, int section, int paragraph, boolean special, boolean punctuation) {}

    record Part(int first, int end, int start, int endOffset, String title) {}

    final String text;
    final List<Piece> pieces = new ArrayList<>();
    final List<Part> paragraphs = new ArrayList<>();
    final List<Part> sections = new ArrayList<>();

    BookTokens(String text) {
        this.text = text;
        Matcher paragraph = Pattern.compile("(?s).+?(?=\\n\\s*\\n|\\z)").matcher(text);
        int sectionFirst = 0;
        int sectionStart = 0;
        String title = "";
        int from = 0;
        while (paragraph.find(from)) {
            String whole = paragraph.group();
            int start =
                    paragraph.start() + whole.length() - whole.stripLeading().length();
            int end = paragraph.end();
            from = Math.max(end, paragraph.start() + 1);
            if (start < end) {
                String heading = text.substring(start, end).strip();
                if (HEADING.matcher(heading).matches() && !pieces.isEmpty()) {
                    sections.add(new Part(sectionFirst, pieces.size(), sectionStart, start, title));
                    sectionFirst = pieces.size();
                    sectionStart = start;
                }
                title = HEADING.matcher(heading).matches() ? heading : title;
                add(start, end);
            }
            if (from >= text.length()) {
                break;
            }
        }
        sections.add(new Part(sectionFirst, pieces.size(), sectionStart, text.length(), title));
    }

    private void add(int start, int end) {
        int first = pieces.size();
        mark("[CLS]", start);
        Matcher piece = PIECE.matcher(text.substring(start, end));
        while (piece.find()) {
            boolean punctuation = !Character.isLetterOrDigit(piece.group().codePointAt(0));
            int length = piece.end() - piece.start();
            for (int at = piece.start(); at < piece.end(); ) {
                // As WordPiece, which makes one unknown token of a word that is very long.
                int to = length > UNKNOWN ? piece.end() : Math.min(piece.end(), at + LONGEST);
                if (to < piece.end() && Character.isHighSurrogate(text.charAt(start + to - 1))) {
                    to++;
                }
                pieces.add(new Piece(
                        text.substring(start + at, start + to).toLowerCase(java.util.Locale.ROOT),
                        start + at,
                        start + to,
                        sections.size(),
                        paragraphs.size(),
                        false,
                        punctuation));
                at = to;
            }
        }
        mark("[SEP]", end);
        paragraphs.add(new Part(first, pieces.size(), start, end, ""));
    }

    private void mark(String token, int at) {
        pieces.add(new Piece(token, at, at, sections.size(), paragraphs.size(), true, false));
    }

    int count() {
        return pieces.size();
    }
}
