package foco.driver.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.IntUnaryOperator;

/**
 * Neighbouring places cut into runs, in their order, the largest of which costs as little as that many runs can.
 *
 * @param runs the run of each place
 * @param costs of each run
 */
record CostRuns(int[] runs, List<Long> costs) {

    /** Halvings of an interval no wider than the cost of all: to a billionth of that. */
    private static final int HALVINGS = 30;

    /** What the largest run may cost beside the mean of all. */
    private static final double EVEN = 1.25;

    /**
     * Places that stay together.
     *
     * @param cost of them, without the opening of their set
     */
    private record Group(int end, long cost, int set, long opening) {

        /** What they cost in a run of their own. */
        long alone() {
            return cost + opening;
        }
    }

    /** @param set of its last places */
    private record Run(int end, long cost, int set) {

        long costWith(Group group) {
            return cost + (group.set == set ? group.cost : group.alone());
        }
    }

    /** What a run pays besides its places' costs: once for each set that it has places of. */
    interface Sets {

        /** No place belongs with another. */
        Sets NONE = new Sets() {
            @Override
            public int of(int place) {
                return 0;
            }

            @Override
            public long opening(int place) {
                return 0;
            }
        };

        /** The set of a place; places of a set follow each other. */
        int of(int place);

        /** What a run pays for the set of a place. */
        long opening(int place);
    }

    /**
     * Cuts.
     *
     * @param most runs
     * @param group places that follow each other and are of one group stay in one run
     * @param costs of each place
     */
    static CostRuns of(int most, IntUnaryOperator group, long... costs) {
        return of(most, group, Sets.NONE, costs);
    }

    /**
     * Cuts.
     *
     * @param most runs
     * @param group places that follow each other and are of one group stay in one run; they are of one set
     * @param costs of each place
     */
    static CostRuns of(int most, IntUnaryOperator group, Sets sets, long... costs) {
        List<Group> groups = groups(group, sets, costs);
        double total = groups.stream().mapToDouble(Group::cost).sum();
        double largest = groups.stream().mapToDouble(Group::alone).max().orElse(0);
        double all = groups.stream().mapToDouble(Group::alone).sum();
        double bound = least(
                Math.max(total / most, largest), all, some -> cut(groups, some).size() <= most);
        List<Run> cut = cut(groups, bound);
        int[] runs = new int[costs.length];
        for (int run = 0, first = 0; run < cut.size(); first = cut.get(run++).end) {
            Arrays.fill(runs, first, cut.get(run).end, run);
        }
        return new CostRuns(runs, cut.stream().map(Run::cost).toList());
    }

    /**
     * About the least bound that suffices.
     *
     * @param high suffices
     */
    static double least(double low, double high, DoublePredicate suffices) {
        if (suffices.test(low)) {
            return low;
        }
        double tooLow = low;
        double enough = high;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (tooLow + enough) / 2;
            if (suffices.test(middle)) {
                enough = middle;
            } else {
                tooLow = middle;
            }
        }
        return enough;
    }

    private static List<Group> groups(IntUnaryOperator group, Sets sets, long... costs) {
        List<Group> groups = new ArrayList<>();
        for (int first = 0, end; first < costs.length; first = end) {
            long cost = 0;
            int its = group.applyAsInt(first);
            for (end = first; end < costs.length && group.applyAsInt(end) == its; end++) {
                cost += costs[end];
            }
            groups.add(new Group(end, cost, sets.of(first), sets.opening(first)));
        }
        return groups;
    }

    /** The runs, if none may cost more than {@code most}, which is no less than any group alone. */
    private static List<Run> cut(List<Group> groups, double most) {
        List<Run> runs = new ArrayList<>();
        for (Group group : groups) {
            int last = runs.size() - 1;
            if (last >= 0 && runs.get(last).costWith(group) <= most) {
                runs.set(last, new Run(group.end, runs.get(last).costWith(group), group.set));
            } else {
                runs.add(new Run(group.end, group.alone(), group.set));
            }
        }
        return runs;
    }

    /** Whether all runs cost about the same, but for some that cost less. */
    boolean isEven() {
        return largest() <= EVEN;
    }

    /** What the largest run costs beside the mean of all. */
    double largest() {
        double mean = costs.stream().mapToLong(Long::longValue).average().orElse(0);
        return costs.stream().mapToLong(Long::longValue).max().orElse(0) / Math.max(mean, 1);
    }
}
