package foco.jobs.steps;

import foco.driver.text.TokenizedText;
import foco.jobs.terminal.UsageLine;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;

/** The token whose row is worked out in full. */
final class ChosenToken {

    private ChosenToken() {}

    /**
     * @param wanted a position, a word (its last occurrence), or null
     * @return its position; of a word that of its first piece
     */
    static int of(TokenizedText text, String wanted, CommandSpec command) {
        int tokens = text.tokens().size();
        if (wanted == null) {
            OptionalInt again = secondOccurrence(text);
            return again.isPresent() ? again.getAsInt() : firstWord(text);
        }
        if (wanted.matches("\\d{1,9}")) {
            int position = Integer.parseInt(wanted);
            UsageLine.require(
                    position < tokens,
                    command,
                    "--token %d: the sentence has tokens 0 to %d".formatted(position, tokens - 1));
            return position;
        }
        int[] found = text.occurrences(wanted);
        UsageLine.require(
                found.length > 0,
                command,
                "--token %s: the sentence has no such word; name one, or a number".formatted(wanted));
        return found[found.length - 1];
    }

    private static OptionalInt secondOccurrence(TokenizedText text) {
        return words(text)
                .filter(position -> text.occurrences(text.word(position))[0] < position)
                .findFirst();
    }

    private static int firstWord(TokenizedText text) {
        return words(text).findFirst().orElse(0);
    }

    /** First pieces of words that have letters. */
    private static IntStream words(TokenizedText text) {
        return IntStream.range(0, text.tokens().size())
                .filter(position -> !text.tokens().get(position).isMark())
                .filter(position -> text.firstOfWord(position) == position)
                .filter(position -> text.word(position).codePoints().anyMatch(Character::isLetter));
    }
}
