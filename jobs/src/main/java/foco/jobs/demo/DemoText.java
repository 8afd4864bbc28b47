package foco.jobs.demo;

import foco.driver.block.InvalidInputException;
import foco.driver.text.Document;
import foco.driver.text.TextFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * A text to show attention in.
 *
 * @param title of the page; none where the text's own serves
 * @param words whose occurrences are compared
 */
record DemoText(Document document, Optional<String> title, List<String> words) {
    private static final String NAME = "banco.txt";

    private static final String TITLE = "O banco e o banco \u00b7 The bank and the bank";

    /** Its words of two senses. */
    private static final List<String> TWO_SENSES = List.of("banco", "bank", "bark");

    /** The text that comes with Foco, in Portuguese and English. */
    static DemoText bundled() throws IOException {
        try (InputStream in = DemoText.class.getResourceAsStream("/foco/jobs/demo/" + NAME)) {
            return new DemoText(
                    new Document(NAME, new String(in.readAllBytes(), StandardCharsets.UTF_8)),
                    Optional.of(TITLE),
                    TWO_SENSES);
        }
    }

    /** @throws InvalidInputException if the file does not exist or does not hold text in UTF-8 */
    static DemoText file(String name, Configuration hadoop) throws IOException {
        return new DemoText(TextFiles.file(name, hadoop), Optional.empty(), List.of());
    }

    /** The same text and other words, if there are any. */
    DemoText withWords(List<String> chosen) {
        return chosen.isEmpty() ? this : new DemoText(document, title, List.copyOf(chosen));
    }
}
