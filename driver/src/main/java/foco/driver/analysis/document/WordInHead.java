package foco.driver.analysis.document;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.analysis.head.Divergence;
import foco.driver.analysis.layer.SampledRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the occurrences of a word attend to in one head.
 *
 * @param layer counted from 1
 * @param head counted from 1
 * @param heaviest of each occurrence its heaviest keys
 * @param telling of each occurrence the words that it gives most, all their tokens together, each by its heaviest token; of those
 *     that tell occurrences apart
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

        /** @param rows of one head, those of the occurrences' tokens among them */
        WordInHead answer(int layer, int head, Iterable<SampledRow> rows) {
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
            List<List<Key>> heaviest = new ArrayList<>();
            List<List<Key>> telling = new ArrayList<>();
            for (int o = 0; o < means.length; o++) {
                heaviest.add(top(means[o]));
                telling.add(top(byWord(o, means[o])));
            }
            return new WordInHead(layer, head, heaviest, telling, apart(means));
        }

        /** Next to a word others stand by grammar: they tell nothing of what the head looks for. */
        private int classOf(int occurrence, int key) {
            Occurrence at = occurrences.get(occurrence);
            return key >= at.first() - 1 && key <= at.last() + 1 ? 0 : classes[key];
        }

        /** All that a word is given, at the occurrence of it that is given most; words that tell nothing left out. */
        private float[] byWord(int occurrence, float[] weights) {
            float[] sums = new float[count + 1];
            int[] heaviest = new int[count + 1];
            for (int j = 0; j < weights.length; j++) {
                int of = classOf(occurrence, j);
                heaviest[of] = sums[of] == 0 || weights[j] > weights[heaviest[of]] ? j : heaviest[of];
                sums[of] += weights[j];
            }
            float[] all = new float[weights.length];
            for (int of = 1; of <= count; of++) {
                all[heaviest[of]] = sums[of];
            }
            return all;
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
                float[] sums = new float[count + 1];
                for (int j = 0; j < classes.length; j++) {
                    sums[classOf(o, j)] += means[o][j];
                }
                byWord[o] = Divergence.normalized(sums);
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
