package foco.driver.analysis.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutlineTest {

    /** A token for each word. */
    private static DocumentTokens words(String text) {
        int[] starts = IntStream.range(0, text.length())
                .filter(i -> !Character.isWhitespace(text.charAt(i))
                        && (i == 0 || Character.isWhitespace(text.charAt(i - 1))))
                .toArray();
        int[] ends = IntStream.of(starts)
                .map(start -> IntStream.range(start, text.length())
                        .filter(i -> Character.isWhitespace(text.charAt(i)))
                        .findFirst()
                        .orElse(text.length()))
                .toArray();
        String[] pieces = IntStream.range(0, starts.length)
                .mapToObj(i -> text.substring(starts[i], ends[i]))
                .toArray(String[]::new);
        int[] ids =
                IntStream.range(0, pieces.length).map(i -> pieces[i].hashCode()).toArray();
        return new DocumentTokens(text, pieces, ids, starts, ends);
    }

    private static List<String> titles(String text) {
        return Headings.chapters(text).stream().map(Passage::title).toList();
    }

    @Test
    void chaptersBeginAtHeadingsOfOneKind() {
        String novel = "Dom Casmurro\n\nCAP\u00cdTULO PRIMEIRO\nDO T\u00cdTULO\nUma noite destas.\n"
                + "\u00e9 s\u00f3 um cap\u00edtulo.\nCAP\u00cdTULO II\nDO LIVRO\nAgora que expliquei.\n";
        assertEquals(
                List.of("Dom Casmurro", "CAP\u00cdTULO PRIMEIRO: DO T\u00cdTULO", "CAP\u00cdTULO II: DO LIVRO"),
                titles(novel));
        assertEquals(List.of("One", "Two"), titles("# One\ntext\n## Inner\ntext\n# Two\ntext\n## Other\nmore\n"));
        assertEquals(
                List.of("Chapter 1. Loomings", "CHAPTER II"),
                titles("Chapter 1. Loomings\nCall me.\nCHAPTER II\nSo.\n"));
        assertEquals(List.of("I", "II."), titles("I\nwas there\nII.\nwas not\n"));
        assertEquals(
                List.of("24 de abril", "1 de maio de 1892"),
                titles("24 de abril\nNa segunda.\n1 de maio de 1892\nVi um.\n"));
        assertEquals(List.of(), titles("Chapter 1\nalone\n"));
        assertEquals(List.of(), titles("Part of it was done.\nPart of it was not, I am told.\n"), "sentences");
    }

    @Test
    void aTableOfContentsHasNoChapters() {
        String text = "Chapter I\nChapter II\n\nChapter I\nThe sea.\nChapter II\nThe land.\n";
        assertEquals(
                2,
                Headings.chapters(text).stream()
                        .filter(p -> !text.substring(p.start(), p.end()).isBlank()
                                && p.title().startsWith("Chapter")
                                && text.substring(p.start(), p.end()).contains("The"))
                        .count());
        assertTrue(titles(text).size() <= 3, titles(text).toString());
    }

    @Test
    void paragraphsEndAtBlankLinesOrShortOnes() {
        assertEquals(2, Paragraphs.of("One.\n\n  Two\nand more.\n\n\n").size());
        String line = "x".repeat(70);
        String cut = line + "\n" + line + "\nends here.\n" + line + "\n\u2014 Who?\n\u2014 I.\n" + line + "\n";
        assertEquals(
                List.of(
                        line.substring(0, 59) + "\u2026",
                        line.substring(0, 59) + "\u2026",
                        "\u2014 I.",
                        line.substring(0, 59) + "\u2026"),
                Paragraphs.of((cut + line + ".\n").repeat(60)).subList(0, 4).stream()
                        .map(Passage::title)
                        .toList());
        assertEquals(40, Paragraphs.of(("long ".repeat(60) + "\n").repeat(40)).size());
    }

    @Test
    void everyTokenIsInOneSectionOfEachLevel() {
        String text = "Before.\n\nChapter 1\n\nOne two three.\n\nFour.\n\nChapter 2\n\nFive six.\n";
        for (String asked : List.of("auto", "chapters", "paragraphs", "1", "3", "1000")) {
            DocumentTokens tokens = words(text);
            Outline outline = Outline.of(tokens, Sectioning.of(asked).orElseThrow());
            for (List<Section> level : List.of(outline.sections(), outline.paragraphs(), outline.paragraphRuns(2))) {
                int next = 0;
                for (Section section : level) {
                    assertEquals(next, section.first());
                    assertTrue(section.tokens() > 0, section.toString());
                    next = section.end();
                }
                assertEquals(tokens.count(), next);
            }
        }
        assertEquals(
                3,
                Outline.of(words(text), Sectioning.of("auto").orElseThrow())
                        .sections()
                        .size());
        assertThrows(
                InvalidInputException.class,
                () -> Outline.of(
                        words("No chapters."), Sectioning.of("chapters").orElseThrow()));
        assertTrue(Sectioning.of("0").isEmpty() && Sectioning.of("verses").isEmpty());
    }

    @Test
    void likeTokensAreFoundAndWordsAroundThem() {
        DocumentTokens tokens = words("the sea and the land and the sea");
        assertEquals(
                List.of(-1, -1, -1, 0, -1, 2, 3, 1),
                IntStream.of(tokens.earlier()).boxed().toList());
        assertEquals("the sea [and] the land", tokens.around(2, 10));
    }
}
