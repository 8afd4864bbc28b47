package foco.jobs.ask;

import foco.driver.analysis.folder.FinishedAnalysis;
import foco.driver.analysis.text.DocumentTokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jline.reader.Completer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Where questions come from: a terminal, with a history and completion of words; or, from a pipe, its lines. */
interface Prompt extends AutoCloseable {

    /** The next question; none at the end. */
    Optional<String> read() throws IOException;

    /** What a person is told first. */
    void greet(PrintWriter out);

    @Override
    void close() throws IOException;

    /** @param tokens whose words are completed */
    static Prompt open(FinishedAnalysis analysis, DocumentTokens tokens) throws IOException {
        return System.console() == null ? new Pipe() : new Person(analysis, tokens);
    }

    /** Lines of standard input. */
    final class Pipe implements Prompt {
        private final BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

        @Override
        public Optional<String> read() throws IOException {
            String line = lines.readLine();
            while (line != null && line.isBlank()) {
                line = lines.readLine();
            }
            return Optional.ofNullable(line);
        }

        @Override
        public void greet(PrintWriter out) {}

        @Override
        public void close() {} // standard input is not ours
    }

    /** Somebody at a terminal. */
    final class Person implements Prompt {
        private static final List<String> WORDS = List.of(
                "what",
                "does",
                "attends",
                "attend",
                "to",
                "token",
                "in",
                "layer",
                "head",
                "heads",
                "where",
                "do",
                "agree",
                "how",
                "the",
                "occurrences",
                "of",
                "differ",
                "strongest",
                "links",
                "kinds",
                "are",
                "there",
                "help",
                "quit");
        private static final int SHORTEST = 4;

        private final FinishedAnalysis analysis;
        private final Terminal terminal;
        private final LineReader reader;

        Person(FinishedAnalysis analysis, DocumentTokens tokens) throws IOException {
            this.analysis = analysis;
            this.terminal = TerminalBuilder.builder().system(true).build();
            this.reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .appName("foco")
                    .completer(completer(tokens))
                    .variable(LineReader.HISTORY_FILE, Path.of(System.getProperty("user.home"), ".foco_history"))
                    // Quotes and backslashes are the text's, not a shell's.
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build();
        }

        private static Completer completer(DocumentTokens tokens) {
            Stream<String> ofText = IntStream.range(0, tokens.isText() ? tokens.count() : 0)
                    .filter(position -> !tokens.isSeparator(position) && !tokens.isPunctuation(position))
                    .mapToObj(tokens::word)
                    .filter(word -> word.length() >= SHORTEST)
                    .distinct();
            return new StringsCompleter(Stream.concat(WORDS.stream(), ofText).toList());
        }

        @Override
        public Optional<String> read() {
            while (true) {
                try {
                    String line = reader.readLine("foco> ").strip();
                    if (line.matches("(?i)quit|exit|q")) {
                        return Optional.empty();
                    }
                    if (line.matches("(?i)help|\\?")) {
                        Questions.EXAMPLES.forEach(terminal.writer()::println);
                        terminal.flush();
                    } else if (!line.isEmpty()) {
                        return Optional.of(line);
                    }
                } catch (UserInterruptException e) {
                    terminal.flush(); // Ctrl-C gives up the line, as in a shell
                } catch (EndOfFileException e) {
                    return Optional.empty();
                }
            }
        }

        @Override
        public void greet(PrintWriter out) {
            out.println("%s: %,d tokens, %d layers of %d heads. help shows what can be asked; quit ends."
                    .formatted(
                            analysis.title(),
                            analysis.tokens(),
                            analysis.layers().size(),
                            analysis.heads().size()));
            out.flush();
        }

        @Override
        public void close() throws IOException {
            terminal.close();
        }
    }
}
