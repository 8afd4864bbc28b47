package foco.kernels.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody may have meant who wrote a word that is not known. */
public final class Nearest {

    /** Of so many letters of a word one may be wrong. */
    private static final int LETTERS_PER_SLIP = 3;

    private static final int SHORTEST_BEGINNING = 3;

    private Nearest() {}

    /**
     * The known word that differs least, upper and lower case taken for one; or one that only goes on where the word ends.
     *
     * @return empty if none is near
     */
    public static Optional<String> to(String word, Collection<String> known) {
        int slips = Math.max(1, letters(word) / LETTERS_PER_SLIP);
        String lower = word.toLowerCase(Locale.ROOT);
        Optional<String> near = known.stream()
                .filter(each -> distance(lower, each.toLowerCase(Locale.ROOT)) <= slips)
                .min(Comparator.comparingInt(each -> distance(lower, each.toLowerCase(Locale.ROOT))));
        return near.or(() -> known.stream()
                .filter(each -> letters(word) >= SHORTEST_BEGINNING
                        && each.toLowerCase(Locale.ROOT).startsWith(lower))
                .min(Comparator.comparingInt(String::length)));
    }

    /** The known word that differs least, however much that is; of one known word or more. */
    public static String closest(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(each -> distance(word, each)))
                .orElseThrow();
    }

    private static int letters(String word) {
        return (int) word.chars().filter(Character::isLetterOrDigit).count();
    }

    /** The letters to add, drop or change that make one word of the other: Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
