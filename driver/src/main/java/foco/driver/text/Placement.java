package foco.driver.text;

import foco.driver.block.InvalidInputException;
import java.util.List;
import java.util.OptionalInt;

/**
 * How documents become the sequences of tokens that a model reads.
 *
 * @param mode what to do with a document that outgrows the model's places
 * @param positions the model's learned places; none if it has no table of them, and then no document outgrows it
 */
public record Placement(PositionMode mode, OptionalInt positions) {

    /**
     * The sequences of one document.
     *
     * @param document its place among all documents
     * @return one, or several windows
     * @throws InvalidInputException if the document has no tokens, or outgrows the model and is to be refused
     */
    public List<TokenSequence> sequences(Tokenizer tokenizer, int document, Document text) {
        TokenizedText whole = tokenizer.whole(text.text());
        int tokens = whole.tokens().size();
        if (tokens == tokenizer.marks()) {
            throw new InvalidInputException(text.name() + " holds no words; leave it out, or give a text");
        }
        if (positions.isEmpty() || tokens <= positions.getAsInt()) {
            return List.of(TokenSequence.of(document, whole));
        }
        int limit = positions.getAsInt();
        return switch (mode) {
            case PARAGRAPHS -> List.of(TokenSequence.of(document, tokenizer.paragraphs(text.text(), limit)));
            case STRETCH -> List.of(TokenSequence.of(document, whole).stretched(limit));
            case WINDOWS ->
                tokenizer.windows(text.text(), limit).stream()
                        .map(window -> TokenSequence.of(document, window.tokens(), window.keepFrom(), window.keepTo()))
                        .toList();
            case REFUSE ->
                throw new InvalidInputException(
                        "%s has %,d tokens, and the model was trained on %,d places; choose what to do with longer texts: %s"
                                .formatted(
                                        text.name(),
                                        tokens,
                                        limit,
                                        String.join(", ", PositionMode.names().subList(0, 3))));
        };
    }
}
