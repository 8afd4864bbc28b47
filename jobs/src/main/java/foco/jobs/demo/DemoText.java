package foco.jobs.demo;

import foco.driver.block.InvalidInputException;
import foco.driver.text.TextFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;

/**
 * A text to show attention in.
 *
 * @param title as the page shall call it
 * @param text the text itself
 * @param isEssay whether it is the one that ships with Foco
 */
public record DemoText(String title, String text, boolean isEssay) {
    private static final String ESSAY = "essay.txt";

    /** The essay that ships with Foco. */
    public static DemoText essay() throws IOException {
        try (InputStream in = DemoText.class.getResourceAsStream("/foco/jobs/demo/" + ESSAY)) {
            return new DemoText(
                    "The Harbour Notebook, an essay in Portuguese and English",
                    new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    true);
        }
    }

    /** @throws InvalidInputException if the file does not exist or does not hold text in UTF-8 */
    public static DemoText file(String name, Configuration hadoop) throws IOException {
        return new DemoText(name, TextFiles.file(name, hadoop).text(), false);
    }
}
