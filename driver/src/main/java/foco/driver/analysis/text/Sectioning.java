package foco.driver.analysis.text;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a text is cut into sections.
 *
 * @param kind of the cut
 * @param slices how many equal runs of tokens, where that is the kind; else 0
 */
public record Sectioning(Kind kind, int slices) {

    /** What sections are. */
    public enum Kind {
        /** Chapters where there are two or more; else paragraphs, where there are 2 to {@link #MOST}; else slices. */
        AUTO,
        CHAPTERS,
        PARAGRAPHS,
        SLICES
    }

    /** The most sections. A map of sections has their square of cells, for each head. */
    public static final int MOST = 1024;

    /** The slices of a text that has neither chapters nor a handful of paragraphs, each of {@link #SLICE} tokens or more. */
    public static final int SLICES = 32;

    private static final int SLICE = 64;

    /** The most paragraphs that are sections where nobody asks for them. */
    static final int PARAGRAPHS = 200;

    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,3}");

    /** The kind that options call {@code auto}, {@code chapters}, {@code paragraphs}, or by a number of slices. */
    public static Optional<Sectioning> of(String name) {
        return switch (name) {
            case "auto" -> Optional.of(new Sectioning(Kind.AUTO, 0));
            case "chapters" -> Optional.of(new Sectioning(Kind.CHAPTERS, 0));
            case "paragraphs" -> Optional.of(new Sectioning(Kind.PARAGRAPHS, 0));
            default ->
                NUMBER.matcher(name).matches() && Integer.parseInt(name) <= MOST
                        ? Optional.of(new Sectioning(Kind.SLICES, Integer.parseInt(name)))
                        : Optional.empty();
        };
    }

    /** What becomes of {@code auto} in a text. */
    Sectioning settled(List<Passage> chapters, List<Passage> paragraphs, int tokens) {
        if (kind != Kind.AUTO) {
            return this;
        }
        if (chapters.size() > 1 && chapters.size() <= MOST) {
            return new Sectioning(Kind.CHAPTERS, 0);
        }
        return paragraphs.size() > 1 && paragraphs.size() <= PARAGRAPHS
                ? new Sectioning(Kind.PARAGRAPHS, 0)
                : new Sectioning(Kind.SLICES, Math.max(1, Math.min(SLICES, tokens / SLICE)));
    }

    @Override
    public String toString() {
        return switch (kind) {
            case SLICES -> String.valueOf(slices);
            default -> kind.name().toLowerCase(Locale.ROOT);
        };
    }
}
