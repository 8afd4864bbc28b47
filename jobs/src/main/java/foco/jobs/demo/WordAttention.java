package foco.jobs.demo;

import foco.driver.text.Token;
import foco.driver.text.TokenizedText;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What one head of one word attends to, word by word. Attention to a word is the sum over its pieces, attention from a
 * word the mean over its pieces, as in Clark et al., <i>What Does BERT Look At?</i>, section 4.1.
 */
final class WordAttention {
    private static final int NEAR = 2;

    private final TokenizedText text;
    private final int position;
    private final double[] weights;

    /**
     * A word that is attended to.
     *
     * @param position of its first token
     * @param weight from 0 to 1
     */
    record Target(int position, double weight) {}

    /**
     * Parts of a head's weight, each from 0 to 1; a token may be in several.
     *
     * @param sameWord tokens of words that are spelled the same, the word itself among them
     * @param paragraph tokens of the word's own paragraph
     * @param nearPlace tokens that stand, in whatever paragraph, at most two places from the word's place in its own
     * @param marks marks of paragraphs' starts and ends
     * @param evenOver how many tokens would share the weight if it were spread evenly and had the same entropy
     */
    record Shares(double sameWord, double paragraph, double nearPlace, double marks, double evenOver) {
        static final int COUNT = 5;

        double[] values() {
            return new double[] {sameWord, paragraph, nearPlace, marks, evenOver};
        }
    }

    /**
     * @param position of the word's first token
     * @param pieces for each of the word's pieces, its weights over all tokens of the text
     */
    WordAttention(TokenizedText text, int position, List<float[]> pieces) {
        this.text = text;
        this.position = position;
        this.weights = new double[text.tokens().size()];
        for (float[] piece : pieces) {
            for (int token = 0; token < weights.length; token++) {
                weights[token] += piece[token] / (double) pieces.size();
            }
        }
    }

    /** The same word as if it attended to all tokens alike: what to measure {@link #shares} against. */
    static WordAttention even(TokenizedText text, int position) {
        int n = text.tokens().size();
        float[] same = new float[n];
        Arrays.fill(same, 1f / n);
        return new WordAttention(text, position, List.of(same));
    }

    /**
     * The words that get most weight, in falling order; equal ones in the text's order. Marks are no words, and of words
     * that are spelled the same the strongest stands for all.
     */
    List<Target> strongest(int count) {
        Map<Integer, Double> words = new TreeMap<>();
        for (int token = 0; token < weights.length; token++) {
            if (!text.tokens().get(token).isMark()) {
                words.merge(text.firstOfWord(token), weights[token], Double::sum);
            }
        }
        Set<String> spellings = new HashSet<>();
        return words.entrySet().stream()
                .map(word -> new Target(word.getKey(), word.getValue()))
                .sorted(Comparator.comparingDouble(Target::weight).reversed())
                .filter(target -> spellings.add(text.word(target.position()).toLowerCase(Locale.ROOT)))
                .limit(count)
                .toList();
    }

    Shares shares() {
        Token here = text.tokens().get(position);
        String word = text.word(position);
        return new Shares(
                sum(i -> text.word(i).equalsIgnoreCase(word)),
                sum(i -> text.tokens().get(i).paragraph() == here.paragraph()),
                sum(i -> Math.abs(text.tokens().get(i).place() - here.place()) <= NEAR),
                sum(i -> text.tokens().get(i).isMark()),
                Math.exp(-IntStream.range(0, weights.length)
                        .filter(i -> weights[i] > 0)
                        .mapToDouble(i -> weights[i] * Math.log(weights[i]))
                        .sum()));
    }

    private double sum(IntPredicate tokens) {
        return IntStream.range(0, weights.length)
                .filter(tokens)
                .mapToDouble(i -> weights[i])
                .sum();
    }
}
