package foco.driver.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Neighbouring places cut into runs, in their order, the dearest of which costs as little as that many runs can.
 *
 * @param runs the run of each place
 * @param costs of each run
 */
record CostRuns(int[] runs, List<Long> costs) {

    /** Halvings of an interval no wider than the dearest group: to a millionth of that. */
    private static final int HALVINGS = 20;

    /** What the dearest run may cost beside the mean of all. */
    private static final double EVEN = 1.25;

    /** Places that stay together. */
    private record Group(int end, long cost) {}

    /**
     * Cuts.
     *
     * @param most runs
     * @param group places that follow each other and are of one group stay in one run
     * @param costs of each place
     */
    static CostRuns of(int most, IntUnaryOperator group, long... costs) {
        List<Group> groups = groups(group, costs);
        double mean = Arrays.stream(costs).asDoubleStream().sum() / most;
        double dearest = groups.stream().mapToLong(Group::cost).max().orElse(0);
        double low = Math.max(mean, dearest);
        double high = mean + dearest; // each run but the last one then costs more than the mean
        if (cut(groups, low).size() > most) {
            for (int i = 0; i < HALVINGS; i++) {
                double middle = (low + high) / 2;
                if (cut(groups, middle).size() > most) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
        } else {
            high = low;
        }
        List<Group> cut = cut(groups, high);
        int[] runs = new int[costs.length];
        for (int run = 0, first = 0; run < cut.size(); first = cut.get(run++).end) {
            Arrays.fill(runs, first, cut.get(run).end, run);
        }
        return new CostRuns(runs, cut.stream().map(Group::cost).toList());
    }

    private static List<Group> groups(IntUnaryOperator group, long... costs) {
        List<Group> groups = new ArrayList<>();
        for (int first = 0, end; first < costs.length; first = end) {
            long cost = 0;
            int its = group.applyAsInt(first);
            for (end = first; end < costs.length && group.applyAsInt(end) == its; end++) {
                cost += costs[end];
            }
            groups.add(new Group(end, cost));
        }
        return groups;
    }

    /** The runs, each as a group, if none may cost more than {@code most}, which is no less than any group. */
    private static List<Group> cut(List<Group> groups, double most) {
        List<Group> runs = new ArrayList<>();
        for (Group group : groups) {
            int last = runs.size() - 1;
            if (last >= 0 && runs.get(last).cost + group.cost <= most) {
                runs.set(last, new Group(group.end, runs.get(last).cost + group.cost));
            } else {
                runs.add(group);
            }
        }
        return runs;
    }

    /** Whether all runs cost about the same, but for the last ones. */
    boolean isEven() {
        double mean = costs.stream().mapToLong(Long::longValue).average().orElse(0);
        return costs.stream().mapToLong(Long::longValue).max().orElse(0) <= EVEN * mean;
    }
}
