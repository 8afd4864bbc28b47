package foco.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages themselves: what they link to is there, a newcomer reads the first in ten minutes, the words are ordinary. */
class DocsPagesTest {

    private static final int LONGEST_README = 150;
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#+ +(.+)");
    /** Of older English, or of law. */
    private static final Pattern RARE =
            Pattern.compile("\\b(anew|shall|whereof|thereof|hereby|lest|to be had)\\b", Pattern.CASE_INSENSITIVE);

    /** Lines outside of code. */
    private static List<String> text(Path page) throws IOException {
        List<String> text = new ArrayList<>();
        boolean code = false;
        for (String line : Files.readAllLines(page)) {
            code ^= line.startsWith("```");
            if (!code && !line.startsWith("    ")) {
                text.add(line);
            }
        }
        return text;
    }

    @Test
    void everyLinkLeadsToAFileAndAHeadingOfTheCheckout() throws IOException {
        int links = 0;
        for (Path page : Documents.files()) {
            for (String line : text(page)) {
                Matcher link = LINK.matcher(line);
                while (link.find()) {
                    if (!link.group(1).contains("://")) {
                        check(page, link.group(1));
                        links++;
                    }
                }
            }
        }
        assertTrue(links > 20, "only " + links + " links");
    }

    private static void check(Path page, String link) throws IOException {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        assertTrue(target.startsWith(Documents.home()) && Files.exists(target), page + " links to " + link);
        if (hash >= 0) {
            Set<String> anchors = anchors(target);
            assertTrue(
                    anchors.contains(link.substring(hash + 1)),
                    page + " links to " + link + ", and the headings are " + anchors);
        }
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        for (String line : text(page)) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                anchors.add(heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'));
            }
        }
        return anchors;
    }

    @Test
    void everyPageOfDocsIsReachedFromTheReadme() throws IOException {
        Path home = Documents.home();
        Set<Path> reached = new HashSet<>();
        for (String line : text(home.resolve("README.md"))) {
            Matcher link = LINK.matcher(line);
            while (link.find()) {
                reached.add(home.resolve(link.group(1).replaceFirst("#.*", "")).normalize());
            }
        }
        for (Path page : Documents.files()) {
            assertTrue(
                    page.equals(home.resolve("README.md")) || reached.contains(page), "README has no link to " + page);
        }
    }

    @Test
    void theReadmeIsReadInTenMinutes() throws IOException {
        int lines = Files.readAllLines(Documents.home().resolve("README.md")).size();
        assertTrue(lines <= LONGEST_README, "README.md has " + lines + " lines");
    }

    @Test
    void wordsAreOrdinary() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path page : Documents.files()) {
            for (String line : text(page)) {
                if (RARE.matcher(line).find()) {
                    found.add(page.getFileName() + ": " + line);
                }
            }
        }
        assertEquals(List.of(), found);
    }

    /** Such as {@code Mask.java}: pages name sources without folders, and classes move. */
    @Test
    void everySourceThatIsNamedIsThereOnce() throws IOException {
        Map<String, Integer> sources = new HashMap<>();
        for (String module : List.of("kernels", "driver", "jobs", "tests")) {
            try (Stream<Path> files =
                    Files.walk(Documents.home().resolve(module).resolve("src"))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .forEach(name -> sources.merge(name, 1, Integer::sum));
            }
        }
        int named = 0;
        for (Documents.Code span : Documents.spans()) {
            if (span.text().endsWith(".java")) {
                assertEquals(1, sources.getOrDefault(span.text(), 0), span::toString);
                named++;
            }
        }
        assertTrue(named > 20, "only " + named + " sources");
    }
}
