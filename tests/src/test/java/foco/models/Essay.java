package foco.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A text of 43 paragraphs in Portuguese and English. */
public final class Essay {

    private Essay() {}

    public static String text() {
        try (InputStream in = Essay.class.getResourceAsStream("/essay.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
