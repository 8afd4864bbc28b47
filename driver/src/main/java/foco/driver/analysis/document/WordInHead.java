package foco.driver.analysis.document;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.analysis.head.Divergence;
import foco.driver.analysis.layer.SampledRow;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the occurrences of a word attend to in one head.
 *
 * @param layer counted from 1
 * @param head counted from 1
 * @param heaviest of each occurrence its heaviest keys
 * @param apart of each pair of occurrences, (0, 1), (0, 2), ..., (1, 2), ..., how unlike the words are that they attend to, in bits
 */
@DefaultSerializer(JavaSerializer.class)
record WordInHead(int layer, int head, List<List<Key>> heaviest, double[] apart) implements Serializable {

    /** A key and the weight that the word gives it. */
    @DefaultSerializer(JavaSerializer.class)
    record Key(int position, float weight) implements Serializable {}

    /**
     * A head, and what it gives to each word of the text.
     *
     * @param byWord {@code [occurrences][words]}, in the order of {@link Question#classes}
     */
    @DefaultSerializer(JavaSerializer.class)
    record Weighed(WordInHead head, float[][] byWord) implements Serializable {}

    /** The mean over all pairs of occurrences. */
    double meanApart() {
        double sum = 0;
        for (double pair : apart) {
            sum += pair;
        }
        return apart.length == 0 ? 0 : sum / apart.length;
    }

    /**
     * How unlike each pair of occurrences is, as {@link #apart} has them.
     *
     * @param byWord what each occurrence gives to each word
     */
    static double[] apart(float[][] byWord) {
        float[][] shares = Arrays.stream(byWord).map(Divergence::normalized).toArray(float[][]::new);
        Divergence divergence = new Divergence();
        double[] apart = new double[shares.length * (shares.length - 1) / 2];
        int at = 0;
        for (int a = 0; a < shares.length; a++) {
            for (int b = a + 1; b < shares.length; b++) {
                boolean both = shares[a].length > 0 && shares[b].length > 0;
                apart[at++] = both ? divergence.of(shares[a], shares[b]) : 0;
            }
        }
        return apart;
    }

    /**
     * What is asked of each head.
     *
     * @param occurrences of the word
     * @param classes of each token the number of its word among all words; 0 for those that tell nothing: marks, punctuation, and
     *     the word itself
     * @param count the largest of those numbers
     * @param most keys to keep
     */
    @DefaultSerializer(JavaSerializer.class)
    record Question(List<Occurrence> occurrences, int[] classes, int count, int most) implements Serializable {

        Question {
            occurrences = List.copyOf(occurrences);
        }

        /** @param rows of one head, those of the occurrences' tokens among them */
        Weighed answer(int layer, int head, Iterable<SampledRow> rows) {
            float[][] means = new float[occurrences.size()][classes.length];
            for (SampledRow row : rows) {
                for (int o = 0; o < means.length; o++) {
                    Occurrence occurrence = occurrences.get(o);
                    if (occurrence.holds(row.position())) {
                        int pieces = occurrence.last() - occurrence.first() + 1;
                        for (int j = 0; j < classes.length; j++) {
                            means[o][j] += row.weights()[j] / pieces;
                        }
                    }
                }
            }
            float[][] byWord = new float[means.length][];
            for (int o = 0; o < means.length; o++) {
                byWord[o] = byWord(o, means[o]);
            }
            List<List<Key>> heaviest = Arrays.stream(means).map(this::top).toList();
            return new Weighed(new WordInHead(layer, head, heaviest, apart(byWord)), byWord);
        }

        /** Next to a word others stand by grammar: they tell nothing of what the head looks for. */
        int classOf(int occurrence, int key) {
            Occurrence at = occurrences.get(occurrence);
            return key >= at.first() - 1 && key <= at.last() + 1 ? 0 : classes[key];
        }

        /** What each word is given, all its tokens together. */
        private float[] byWord(int occurrence, float[] weights) {
            float[] sums = new float[count + 1];
            for (int j = 0; j < weights.length; j++) {
                sums[classOf(occurrence, j)] += weights[j];
            }
            return sums;
        }

        private List<Key> top(float[] weights) {
            return IntStream.range(0, weights.length)
                    .filter(j -> weights[j] > 0)
                    .boxed()
                    .sorted((a, b) -> Float.compare(weights[b], weights[a]))
                    .limit(most)
                    .map(j -> new Key(j, weights[j]))
                    .toList();
        }
    }
}
