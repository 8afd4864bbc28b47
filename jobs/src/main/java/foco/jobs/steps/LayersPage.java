package foco.jobs.steps;

import foco.driver.model.AttentionSteps;
import foco.driver.text.TokenizedText;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What each occurrence of a word gives most weight to, in each layer and over all heads: of the words next to it, and of those
 * farther off. Marks and the word itself are left out. In tables of at most 80 columns.
 */
final class LayersPage {
    private static final int OCCURRENCES_ABREAST = 2;
    private static final int COLUMN = 18;
    private static final int PIECE = 9;

    private final List<AttentionSteps> layers;
    private final TokenizedText text;
    private final String word;
    private final StringBuilder page = new StringBuilder();

    private LayersPage(List<AttentionSteps> layers, String word) {
        this.layers = layers;
        this.text = layers.get(0).text();
        this.word = word;
    }

    /** @param chosen a token of the word */
    static String of(List<AttentionSteps> layers, int chosen) {
        TokenizedText text = layers.get(0).text();
        LayersPage page = new LayersPage(layers, text.word(chosen));
        int[] occurrences = text.tokens().get(chosen).isMark() ? new int[] {chosen} : text.occurrences(page.word);
        for (int from = 0; from < occurrences.length; from += OCCURRENCES_ABREAST) {
            page.table(Arrays.copyOfRange(occurrences, from, Math.min(occurrences.length, from + OCCURRENCES_ABREAST)));
        }
        return page.page.toString();
    }

    private void table(int... occurrences) {
        if (!page.isEmpty()) {
            line("");
        }
        StringBuilder names = new StringBuilder("      ");
        StringBuilder columns = new StringBuilder("layer ");
        for (int occurrence : occurrences) {
            names.append(padded("%d %s".formatted(occurrence, cut(word, 2 * COLUMN - 6)), 2 * COLUMN));
            columns.append(padded("next to it", COLUMN)).append(padded("farther off", COLUMN));
        }
        line(names.toString());
        line(columns.toString());
        for (int layer = 0; layer < layers.size(); layer++) {
            StringBuilder row = new StringBuilder("%5d ".formatted(layer + 1));
            for (int occurrence : occurrences) {
                row.append(padded(heaviest(layers.get(layer), occurrence, true), COLUMN))
                        .append(padded(heaviest(layers.get(layer), occurrence, false), COLUMN));
            }
            line(row.toString());
        }
    }

    private String heaviest(AttentionSteps steps, int query, boolean near) {
        int[] keys = IntStream.range(0, steps.tokens())
                .filter(key -> isOther(key) && isNear(query, key) == near)
                .toArray();
        int head = 0;
        int best = -1;
        for (int h = 0; h < steps.spec().heads(); h++) {
            for (int key : keys) {
                if (best < 0 || steps.weight(h, query, key) > steps.weight(head, query, best)) {
                    head = h;
                    best = key;
                }
            }
        }
        return best < 0
                ? "-"
                : "%3.0f%% h%d %s"
                        .formatted(
                                100 * steps.weight(head, query, best),
                                head + 1,
                                cut(text.tokens().get(best).piece(), PIECE));
    }

    private boolean isOther(int key) {
        return !text.tokens().get(key).isMark() && !text.word(key).equalsIgnoreCase(word);
    }

    /** Whether a key is a piece of the word before the query's, or of the one after it. */
    private boolean isNear(int query, int key) {
        return Math.abs(text.tokens().get(query).word() - text.tokens().get(key).word()) == 1;
    }

    private static String cut(String piece, int most) {
        return piece.codePointCount(0, piece.length()) <= most
                ? piece
                : piece.substring(0, piece.offsetByCodePoints(0, most - 1)) + "~";
    }

    private static String padded(String cell, int columns) {
        return cell + " ".repeat(Math.max(0, columns - cell.codePointCount(0, cell.length())));
    }

    private void line(String text) {
        page.append(text.stripTrailing()).append(System.lineSeparator());
    }
}
