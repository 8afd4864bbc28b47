package foco.driver.analysis.document;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.analysis.head.Divergence;
import foco.driver.analysis.layer.SampledRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the occurrences of a word attend to in one head, or in the mean of several.
 *
 * @param layer counted from 1; 0 for a mean
 * @param head counted from 1; 0 for a mean
 * @param heaviest of each occurrence its heaviest keys
 * @param telling of each occurrence the words that tell it from the others, all their tokens together, each by its heaviest token:
 *     those with the largest terms {@code w log(w / m)}, where the word gives them {@code w} here and {@code m} in the mean of all
 *     its occurrences
 * @param apart of each pair of occurrences, (0, 1), (0, 2), ..., (1, 2), ..., how unlike the words are that they attend to, in bits
 */
@DefaultSerializer(JavaSerializer.class)
record WordInHead(int layer, int head, List<List<Key>> heaviest, List<List<Key>> telling, double[] apart)
        implements Serializable {

    /** A key and the weight that the word gives it. */
    @DefaultSerializer(JavaSerializer.class)
    record Key(int position, float weight) implements Serializable {}

    /** The mean over all pairs of occurrences. */
    double meanApart() {
        double sum = 0;
        for (double pair : apart) {
            sum += pair;
        }
        return apart.length == 0 ? 0 : sum / apart.length;
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

        /** @param rows of one head, or of several for their mean; those of the occurrences' tokens among them */
        WordInHead answer(int layer, int head, Iterable<SampledRow> rows) {
            float[][] means = new float[occurrences.size()][classes.length];
            Set<List<Integer>> heads = new HashSet<>();
            for (SampledRow row : rows) {
                heads.add(List.of(row.layer(), row.head()));
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
            for (float[] mean : means) {
                for (int j = 0; j < mean.length; j++) {
                    mean[j] /= heads.size();
                }
            }
            return new WordInHead(
                    layer, head, Arrays.stream(means).map(this::top).toList(), telling(means), apart(means));
        }

        private List<List<Key>> telling(float[][] means) {
            float[][] sums = new float[means.length][];
            float[] mean = new float[count + 1];
            for (int o = 0; o < means.length; o++) {
                sums[o] = byWord(o, means[o]);
                for (int of = 1; of <= count; of++) {
                    mean[of] += sums[o][of] / means.length;
                }
            }
            List<List<Key>> telling = new ArrayList<>();
            for (int o = 0; o < means.length; o++) {
                telling.add(telling(o, means[o], sums[o], mean));
            }
            return telling;
        }

        private List<Key> telling(int occurrence, float[] weights, float[] sums, float[] mean) {
            int[] heaviest = new int[count + 1];
            Arrays.fill(heaviest, -1);
            for (int j = 0; j < weights.length; j++) {
                int of = classOf(occurrence, j);
                heaviest[of] = heaviest[of] < 0 || weights[j] > weights[heaviest[of]] ? j : heaviest[of];
            }
            double[] terms = new double[count + 1];
            for (int of = 1; of <= count; of++) {
                // Of one occurrence alone, the heaviest tell most.
                terms[of] = occurrences.size() == 1 ? sums[of] : sums[of] * Math.log(sums[of] / mean[of]);
            }
            return IntStream.rangeClosed(1, count)
                    .filter(of -> terms[of] > 0)
                    .boxed()
                    .sorted((a, b) -> Double.compare(terms[b], terms[a]))
                    .limit(most)
                    .map(of -> new Key(heaviest[of], sums[of]))
                    .toList();
        }

        /** Next to a word others stand by grammar: they tell nothing of what the head looks for. */
        private int classOf(int occurrence, int key) {
            Occurrence at = occurrences.get(occurrence);
            return key >= at.first() - 1 && key <= at.last() + 1 ? 0 : classes[key];
        }

        /** What each word is given, all its tokens together; words that tell nothing left out. */
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

        private double[] apart(float[][] means) {
            float[][] byWord = new float[means.length][];
            for (int o = 0; o < means.length; o++) {
                byWord[o] = Divergence.normalized(byWord(o, means[o]));
            }
            Divergence divergence = new Divergence();
            double[] apart = new double[means.length * (means.length - 1) / 2];
            int at = 0;
            for (int a = 0; a < means.length; a++) {
                for (int b = a + 1; b < means.length; b++) {
                    boolean both = byWord[a].length > 0 && byWord[b].length > 0;
                    apart[at++] = both ? divergence.of(byWord[a], byWord[b]) : 0;
                }
            }
            return apart;
        }
    }
}
