package foco.docs;

import foco.testing.FocoCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The code that README.md and the documents of {@code docs} print. */
final class Documents {

    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern FENCE = Pattern.compile("```(\\w*)");
    private static final String INDENT = "    ";

    private Documents() {}

    /**
     * A piece of code.
     *
     * @param place document and line
     * @param language as its fence says; empty if it is indented or the fence says none
     * @param table whether it stands in a row of a table; of inline code only
     */
    record Code(String place, String language, String text, boolean table) {

        /** Its commands, one each, where a backslash goes on in the next line. */
        List<String> lines() {
            return text.replaceAll("\\\\\n\\s*", "").lines().map(String::strip).toList();
        }

        @Override
        public String toString() {
            return place + ": " + text;
        }
    }

    static Path home() {
        return FocoCommand.inCheckout().folder();
    }

    static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>(List.of(home().resolve("README.md")));
        Path docs = home().resolve("docs");
        if (Files.isDirectory(docs)) {
            try (Stream<Path> all = Files.walk(docs)) {
                all.filter(file -> file.toString().endsWith(".md")).sorted().forEach(files::add);
            }
        }
        return files;
    }

    /** Fenced and indented code, in order. */
    static List<Code> blocks() throws IOException {
        List<Code> blocks = new ArrayList<>();
        for (Path file : files()) {
            read(file, blocks, new ArrayList<>());
        }
        return blocks;
    }

    /** Code between words. */
    static List<Code> spans() throws IOException {
        List<Code> spans = new ArrayList<>();
        for (Path file : files()) {
            read(file, new ArrayList<>(), spans);
        }
        return spans;
    }

    private static void read(Path file, List<Code> blocks, List<Code> spans) throws IOException {
        List<String> lines = Files.readAllLines(file);
        StringBuilder paragraph = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String place = home().relativize(file) + ":" + (i + 1);
            String line = lines.get(i);
            Matcher fence = FENCE.matcher(line);
            boolean afterBlank = i == 0 || lines.get(i - 1).isBlank();
            if (fence.matches()) {
                int end = i + 1;
                while (!lines.get(end).equals("```")) {
                    end++;
                }
                blocks.add(new Code(place, fence.group(1), text(lines.subList(i + 1, end), 0), false));
                i = end;
            } else if (line.startsWith(INDENT) && afterBlank) {
                int end = i;
                while (end < lines.size()
                        && (lines.get(end).isBlank() || lines.get(end).startsWith(INDENT))) {
                    end++;
                }
                blocks.add(new Code(place, "", text(lines.subList(i, end), INDENT.length()), false));
                i = end - 1;
            } else if (line.startsWith("|")) {
                addSpans(place, line, true, spans);
            } else {
                paragraph.append(line).append(' ');
            }
            if (line.isBlank() || i == lines.size() - 1) {
                addSpans(place, paragraph.toString(), false, spans);
                paragraph.setLength(0);
            }
        }
    }

    private static String text(List<String> lines, int indent) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line ->
                text.append(line.isBlank() ? "" : line.substring(indent)).append('\n'));
        return text.toString().stripTrailing() + "\n";
    }

    private static void addSpans(String place, String text, boolean table, List<Code> spans) {
        Matcher matcher = SPAN.matcher(text);
        while (matcher.find()) {
            spans.add(new Code(place, "", matcher.group(1), table));
        }
    }
}
