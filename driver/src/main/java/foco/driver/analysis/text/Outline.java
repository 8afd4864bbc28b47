package foco.driver.analysis.text;

import foco.driver.block.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sections of some tokens, and their paragraphs; each level covers all tokens.
 *
 * @param sectioning what sections are, settled
 * @param sections in order
 * @param paragraphs in order; none where no text is known
 */
public record Outline(Sectioning sectioning, List<Section> sections, List<Section> paragraphs) {

    /**
     * Cuts a text.
     *
     * @throws InvalidInputException if the text has no such sections, or too many
     */
    public static Outline of(DocumentTokens tokens, Sectioning asked) {
        List<Passage> chapters = Headings.chapters(tokens.text());
        List<Passage> paragraphs = tokens.isText() ? Paragraphs.of(tokens.text()) : List.of();
        Sectioning settled = asked.settled(chapters, paragraphs, tokens.count());
        List<Section> sections =
                switch (settled.kind()) {
                    case CHAPTERS -> runs(Section.SECTION, tokens, required("chapters", chapters, 2));
                    case PARAGRAPHS -> runs(Section.SECTION, tokens, required("paragraphs", paragraphs, 1));
                    default -> slices(tokens, settled.slices());
                };
        if (sections.size() > Sectioning.MOST) {
            throw new InvalidInputException(
                    "--sections %s: there are %,d of them, and a map of sections has at most %,d; choose a number of slices, such as 100"
                            .formatted(settled, sections.size(), Sectioning.MOST));
        }
        return new Outline(settled, sections, runs(Section.PARAGRAPH, tokens, paragraphs));
    }

    private static List<Passage> required(String kind, List<Passage> found, int least) {
        if (found.size() < least) {
            throw new InvalidInputException(
                    "--sections %s: the text has none that could be found by its headings or blank lines; choose a number of slices, such as 20"
                            .formatted(kind));
        }
        return found;
    }

    private static List<Section> slices(DocumentTokens tokens, int asked) {
        int n = tokens.count();
        int count = Math.min(asked, n);
        return IntStream.range(0, count)
                .mapToObj(s -> {
                    int first = (int) ((long) s * n / count);
                    int end = (int) ((long) (s + 1) * n / count);
                    int from = tokens.isText() ? tokens.starts()[first] : -1;
                    int to = tokens.isText() ? tokens.ends()[end - 1] : -1;
                    String title = "tokens %,d to %,d".formatted(first, end - 1);
                    if (tokens.isText()) {
                        title += ": "
                                + Passage.untitled(tokens.text(), from, Math.max(from, to))
                                        .title();
                    }
                    return new Section(Section.SECTION, s, first, end, from, to, title);
                })
                .toList();
    }

    /** The runs of tokens that begin in each passage; the first takes what comes before it, too. */
    private static List<Section> runs(String level, DocumentTokens tokens, List<Passage> passages) {
        List<Section> runs = new ArrayList<>();
        int position = 0;
        for (int p = 0; p < passages.size(); p++) {
            int first = position;
            int next = p + 1 < passages.size() ? passages.get(p + 1).start() : Integer.MAX_VALUE;
            while (position < tokens.count() && tokens.starts()[position] < next) {
                position++;
            }
            if (position > first) {
                Passage passage = passages.get(p);
                runs.add(new Section(
                        level, runs.size(), first, position, passage.start(), passage.end(), passage.title()));
            }
        }
        return runs;
    }

    /** The number of the section of each position. */
    public static int[] numbers(List<Section> sections, int count) {
        int[] numbers = new int[count];
        sections.forEach(section -> Arrays.fill(numbers, section.first(), section.end(), section.number()));
        return numbers;
    }

    /** The first position of each, as folds want them. */
    public static long[] firsts(List<Section> sections) {
        return sections.stream().mapToLong(Section::first).toArray();
    }

    /**
     * Runs of paragraphs, so many at most, each of about as many paragraphs.
     *
     * @return all paragraphs, if they are not more
     */
    public List<Section> paragraphRuns(int most) {
        int n = paragraphs.size();
        if (n <= most) {
            return paragraphs;
        }
        return IntStream.range(0, most)
                .mapToObj(r -> {
                    Section first = paragraphs.get((int) ((long) r * n / most));
                    Section last = paragraphs.get((int) ((long) (r + 1) * n / most) - 1);
                    return new Section(
                            Section.PARAGRAPH,
                            r,
                            first.first(),
                            last.end(),
                            first.start(),
                            last.endOffset(),
                            first.title());
                })
                .toList();
    }
}
