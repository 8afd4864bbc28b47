package foco.jobs.fill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.model.MaskedWords;
import foco.driver.text.TokenizedText;
import java.util.List;
import java.util.Map;

/** What was found, for people and for programs. */
final class FilledWords {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FilledWords() {}

    /** A table for each masked word: rank, share and word. */
    static String page(TokenizedText text, Map<Integer, List<MaskedWords.Guess>> found) {
        StringBuilder page = new StringBuilder();
        found.forEach((position, guesses) -> {
            page.append("%s, token %d of %d%n"
                    .formatted(
                            text.tokens().get(position).piece(),
                            position,
                            text.tokens().size()));
            for (int g = 0; g < guesses.size(); g++) {
                MaskedWords.Guess guess = guesses.get(g);
                page.append("%4d%8.2f%%  %s%n".formatted(g + 1, 100 * guess.probability(), guess.piece()));
            }
        });
        return page.toString();
    }

    static String json(String model, TokenizedText text, Map<Integer, List<MaskedWords.Guess>> found) {
        ObjectNode page = JSON.createObjectNode().put("model", model).put("text", text.text());
        ArrayNode masked = page.putArray("masked");
        found.forEach((position, guesses) -> {
            ArrayNode words = masked.addObject()
                    .put("position", position)
                    .put("start", text.tokens().get(position).start())
                    .putArray("words");
            guesses.forEach(guess -> words.addObject()
                    .put("word", guess.piece())
                    .put("id", guess.id())
                    .put("probability", guess.probability()));
        });
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(page) + System.lineSeparator();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers and strings is always written", e);
        }
    }
}
