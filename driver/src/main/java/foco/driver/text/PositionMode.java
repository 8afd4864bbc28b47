package foco.driver.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model whose places are learned, one row each, does with a document of more tokens than it has places. A document
 * that fits is read as the model was trained, whatever the mode.
 */
public enum PositionMode {
    /**
     * Places begin again in each paragraph, and at each cut in a paragraph that is too long. Attention is over the whole
     * document: every place is one that the model has seen, but not so many tokens at once.
     */
    PARAGRAPHS,

    /** The table of places is stretched over the document: a place between two rows is given what lies between them. */
    STRETCH,

    /** Overlapping windows that attend only to themselves: what the model was trained on. */
    WINDOWS,

    /** Such a document is refused. */
    REFUSE;

    /** Its name in options. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The mode of this name. */
    public static Optional<PositionMode> of(String name) {
        return Arrays.stream(values())
                .filter(mode -> mode.toString().equals(name))
                .findFirst();
    }

    /** The names of all modes. */
    public static List<String> names() {
        return Arrays.stream(values()).map(PositionMode::toString).toList();
    }
}
