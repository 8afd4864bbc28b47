package foco.jobs.terminal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What somebody may have meant who wrote a word that is not known. */
final class Nearest {
    /** Of so many letters of a word one may be wrong. */
    private static final int LETTERS_PER_SLIP = 3;

    private static final int SHORTEST_BEGINNING = 3;

    private Nearest() {}

    /**
     * The known word that differs least, upper and lower case taken for one; or one that only goes on where the word ends.
     *
     * @return empty if none is near
     */
    static Optional<String> to(String word, Collection<String> known) {
        int slips = Math.max(1, letters(word) / LETTERS_PER_SLIP);
        LevenshteinDistance distance = new LevenshteinDistance(slips);
        String lower = word.toLowerCase(Locale.ROOT);
        Optional<String> near = known.stream()
                .filter(each -> distance.apply(lower, each.toLowerCase(Locale.ROOT)) >= 0)
                .min(Comparator.comparingInt(each -> distance.apply(lower, each.toLowerCase(Locale.ROOT))));
        return near.or(() -> known.stream()
                .filter(each -> letters(word) >= SHORTEST_BEGINNING
                        && each.toLowerCase(Locale.ROOT).startsWith(lower))
                .min(Comparator.comparingInt(String::length)));
    }

    private static int letters(String word) {
        return (int) word.chars().filter(Character::isLetterOrDigit).count();
    }
}
