package foco.driver.analysis.head;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Heads that belong together: the two groups with the least mean divergence between their heads become one, as long as it is
 * {@link #MOST} or less (average linkage).
 */
public final class Clusters {

    /** The most divergence between groups that become one, in bits. */
    public static final double MOST = 0.2;

    private Clusters() {}

    /**
     * The cluster of each head, counted from 1: the largest first, of those as large the one with the first head.
     *
     * @param divergences of each pair, symmetric
     */
    public static int[] of(double[][] divergences) {
        int n = divergences.length;
        List<List<Integer>> groups = new ArrayList<>();
        double[][] between = new double[n][];
        for (int i = 0; i < n; i++) {
            groups.add(new ArrayList<>(List.of(i)));
            between[i] = divergences[i].clone();
        }
        boolean joined = true;
        while (joined) {
            joined = joinNearest(groups, between);
        }
        return numbers(groups, n);
    }

    /** Joins the later group to the earlier, and leaves it empty. */
    private static boolean joinNearest(List<List<Integer>> groups, double[][] between) {
        int a = -1;
        int b = -1;
        double least = MOST;
        for (int i = 0; i < groups.size(); i++) {
            for (int j = i + 1; j < groups.size() && !groups.get(i).isEmpty(); j++) {
                boolean nearer = between[i][j] < least || a < 0 && between[i][j] <= least;
                if (!groups.get(j).isEmpty() && nearer) {
                    least = between[i][j];
                    a = i;
                    b = j;
                }
            }
        }
        if (a < 0) {
            return false;
        }
        double sizeA = groups.get(a).size();
        double sizeB = groups.get(b).size();
        for (int k = 0; k < groups.size(); k++) {
            between[a][k] = (sizeA * between[a][k] + sizeB * between[b][k]) / (sizeA + sizeB);
            between[k][a] = between[a][k];
        }
        groups.get(a).addAll(groups.get(b));
        groups.get(b).clear();
        return true;
    }

    private static int[] numbers(List<List<Integer>> groups, int n) {
        List<List<Integer>> sorted = groups.stream()
                .filter(group -> !group.isEmpty())
                .sorted(Comparator.<List<Integer>>comparingInt(List::size)
                        .reversed()
                        .thenComparing(
                                group -> group.stream().min(Integer::compare).orElseThrow()))
                .toList();
        int[] numbers = new int[n];
        for (int c = 0; c < sorted.size(); c++) {
            for (int head : sorted.get(c)) {
                numbers[head] = c + 1;
            }
        }
        return numbers;
    }
}
