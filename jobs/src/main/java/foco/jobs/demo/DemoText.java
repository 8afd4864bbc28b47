package foco.jobs.demo;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

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
    public static DemoText file(String name) throws IOException {
        Path path = Path.of(name);
        if (Files.isDirectory(path)) {
            throw new InvalidInputException(name + " is a folder; name a text file");
        }
        try {
            String text = Files.readString(path);
            // Some editors begin a file with a byte order mark, which is no part of its text.
            return new DemoText(name, text.startsWith("\ufeff") ? text.substring(1) : text, false);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(name + " does not exist; check the path");
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(name + " is not text in UTF-8; save it in that encoding");
        }
    }
}
