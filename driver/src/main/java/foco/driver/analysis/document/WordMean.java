package foco.driver.analysis.document;

import foco.driver.analysis.document.WordInHead.Key;
import foco.driver.analysis.document.WordInHead.Question;
import foco.driver.analysis.document.WordInHead.Weighed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the occurrences of a word attend to in the mean of several heads.
 *
 * @param telling of each occurrence the words that tell it from the others, each at its place nearest to the occurrence: those with
 *     the largest terms {@code w log(w / m)}, where this occurrence gives a word {@code w} and all in the mean {@code m}; of one
 *     occurrence alone, those that it gives most
 * @param apart of each pair of occurrences, as {@link WordInHead} has them
 */
record WordMean(List<List<Key>> telling, double[] apart) {

    /** @param heads at least one */
    static WordMean of(Question question, List<Weighed> heads) {
        int occurrences = question.occurrences().size();
        float[][] means = new float[occurrences][question.count() + 1];
        for (Weighed head : heads) {
            for (int o = 0; o < occurrences; o++) {
                for (int word = 0; word < means[o].length; word++) {
                    means[o][word] += head.byWord()[o][word] / heads.size();
                }
            }
        }
        float[] ofAll = new float[question.count() + 1];
        for (float[] mean : means) {
            for (int word = 0; word < ofAll.length; word++) {
                ofAll[word] += mean[word] / occurrences;
            }
        }
        List<List<Key>> telling = new ArrayList<>();
        for (int o = 0; o < occurrences; o++) {
            telling.add(telling(question, o, means[o], ofAll));
        }
        return new WordMean(telling, WordInHead.apart(means));
    }

    private static List<Key> telling(Question question, int occurrence, float[] mean, float[] ofAll) {
        boolean alone = question.occurrences().size() == 1;
        double[] terms = new double[mean.length];
        for (int word = 1; word < terms.length; word++) {
            terms[word] = alone || mean[word] == 0 ? mean[word] : mean[word] * StrictMath.log(mean[word] / ofAll[word]);
        }
        int[] nearest = nearest(question, occurrence);
        return IntStream.range(1, terms.length)
                .filter(word -> terms[word] > 0)
                .boxed()
                .sorted((a, b) -> Double.compare(terms[b], terms[a]))
                .limit(question.most())
                .map(word -> new Key(nearest[word], mean[word]))
                .toList();
    }

    /** Of each word its place nearest to an occurrence. */
    private static int[] nearest(Question question, int occurrence) {
        int at = question.occurrences().get(occurrence).first();
        int[] nearest = new int[question.count() + 1];
        Arrays.fill(nearest, -1);
        for (int j = 0; j < question.classes().length; j++) {
            int word = question.classOf(occurrence, j);
            if (nearest[word] < 0 || Math.abs(j - at) < Math.abs(nearest[word] - at)) {
                nearest[word] = j;
            }
        }
        return nearest;
    }
}
