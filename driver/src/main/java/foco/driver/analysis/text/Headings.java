package foco.driver.analysis.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The chapters of a text, by its headings. A text uses one kind of heading, the first of these of which it has two or more:
 * Markdown's ({@code # Title}, of the topmost level that occurs twice); a word such as "Chapter" with a number; a Roman numeral
 * alone on its line; a date alone on its line, as letters and chronicles have it.
 */
final class Headings {

    private static final Pattern NAMED = Pattern.compile(
            "(?iu:cap[ií]tulo|chapter|chapitre|kapitel|capitolo|parte?|part|livro|libro|book|canto|ato|act|cena|scene|letter|carta)"
                    + "\\h+(?:\\d+|[IVXLCDM]+|\\p{Lu}\\p{L}*)\\h*[.:\u2014\u2013-]?(?:\\h+\\P{Ll}[^.!?;]*)?");
    private static final Pattern NUMERAL = Pattern.compile("(?=.)M*(C[MD]|D?C*)(X[CL]|L?X*)(I[XV]|V?I*)\\.?");
    private static final Pattern DATE =
            Pattern.compile("\\d{1,2}\\.?\u00ba?\\h+(?:de\\h+)?\\p{L}{3,}(?:\\h+(?:de\\h+)?\\d{4})?");
    private static final Pattern MARKDOWN = Pattern.compile("(#{1,6})\\h+\\S.*");
    private static final int LONGEST = 80;
    private static final int LEVELS = 6;

    private final Lines lines;

    private Headings(Lines lines) {
        this.lines = lines;
    }

    /** The chapters, none if there are not two headings or more. What comes before the first is one of its own, if it has words. */
    static List<Passage> chapters(String text) {
        Headings headings = new Headings(Lines.of(text));
        Stream<Pattern> markdown =
                IntStream.rangeClosed(1, LEVELS).mapToObj(level -> Pattern.compile("#{%d}\\h+\\S.*".formatted(level)));
        return Stream.concat(markdown, Stream.of(NAMED, NUMERAL, DATE))
                .map(headings::withBody)
                .filter(found -> found.size() > 1)
                .findFirst()
                .map(headings::passages)
                .orElse(List.of());
    }

    /** The lines that are headings and have something below them: those of a table of contents have not. */
    private List<Integer> withBody(Pattern kind) {
        List<Integer> found = IntStream.range(0, lines.count())
                .filter(i -> lines.get(i).words().length() <= LONGEST
                        && kind.matcher(lines.get(i).words()).matches())
                .boxed()
                .toList();
        List<Integer> kept = new ArrayList<>();
        for (int h = 0; h < found.size(); h++) {
            int next = h + 1 < found.size() ? found.get(h + 1) : lines.count();
            int from = found.get(h) + (second(found.get(h)).isPresent() ? 2 : 1);
            if (IntStream.range(from, next).anyMatch(i -> !lines.get(i).isBlank())) {
                kept.add(found.get(h));
            }
        }
        return kept;
    }

    /** The second line of a heading, in capitals below the first. */
    private Optional<String> second(int heading) {
        if (heading + 1 >= lines.count()) {
            return Optional.empty();
        }
        String words = lines.get(heading + 1).words();
        boolean isTitle = !words.isEmpty()
                && words.length() <= LONGEST
                && words.chars().anyMatch(Character::isLetter)
                && words.equals(words.toUpperCase())
                && !MARKDOWN.matcher(lines.get(heading).words()).matches();
        return isTitle ? Optional.of(words) : Optional.empty();
    }

    private List<Passage> passages(List<Integer> headings) {
        List<Passage> passages = new ArrayList<>();
        int first = lines.start(headings.get(0));
        if (!lines.text().substring(0, first).isBlank()) {
            passages.add(Passage.untitled(lines.text(), 0, first));
        }
        for (int h = 0; h < headings.size(); h++) {
            int line = headings.get(h);
            String words = lines.get(line).words().replaceFirst("^#+\\h+", "");
            String title = second(line).map(more -> words + ": " + more).orElse(words);
            int end = h + 1 < headings.size()
                    ? lines.start(headings.get(h + 1))
                    : lines.text().length();
            passages.add(new Passage(Passage.shortened(title), lines.start(line), end));
        }
        return passages;
    }
}
