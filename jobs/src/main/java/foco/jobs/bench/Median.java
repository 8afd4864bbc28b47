package foco.jobs.bench;

import java.util.List;

/** What stands in the middle: a rate that neither one interruption nor one lucky moment moves. */
public final class Median {
    private Median() {}

    /** Of two in the middle, their mean. */
    public static double of(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
