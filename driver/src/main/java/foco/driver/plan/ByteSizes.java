package foco.driver.plan;

import foco.driver.block.Sequences;
import foco.driver.settings.FocoConf;
import foco.kernels.AttentionSpec;
import foco.kernels.tile.Panels;

/**
 * What the parts of a computation take, in bytes.
 *
 * @param shared the masks, modifiers and rotary tables that go to every executor
 * @param cost of what is done with an item
 * @param mostRows the most rows that an item may have
 */
record ByteSizes(
        AttentionSpec spec,
        Sequences queries,
        Sequences keys,
        FocoConf conf,
        long shared,
        SweepCost cost,
        int mostRows) {

    /** A full block of packed keys and values as it is kept and sent. */
    long block() {
        return packed(conf.blockRows()) * conf.keyValueType().bytes();
    }

    /** A full block as a kernel reads it, if it has to be widened for that. */
    long widenedBlock() {
        return conf.keyValueType().bytes() == Float.BYTES ? 0 : packed(conf.blockRows()) * Float.BYTES;
    }

    /** The packed keys and values of one head. */
    long head() {
        long numbers = 0;
        for (int s = 0; s < keys.count(); s++) {
            long full = keys.length(s) / conf.blockRows();
            numbers += full * packed(conf.blockRows()) + packed((int) (keys.length(s) % conf.blockRows()));
        }
        return numbers * conf.keyValueType().bytes();
    }

    private long packed(int rows) {
        return (long) Panels.padded(rows) * spec.keyWidth() + (long) rows * Panels.padded(cost.valueWidth());
    }

    /** The packed keys and values of the longest sequence in all heads, as a kernel reads them. */
    long longestSequence() {
        long longest = 0;
        for (int s = 0; s < keys.count(); s++) {
            longest = Math.max(longest, keys.length(s));
        }
        long full = longest / conf.blockRows();
        long numbers = full * packed(conf.blockRows()) + packed((int) (longest % conf.blockRows()));
        return numbers * conf.keyValueType().bytes() * spec.keyValueHeads();
    }

    /** The queries of the longest sequence. */
    long longestQueries() {
        long longest = 0;
        for (int s = 0; s < queries.count(); s++) {
            longest = Math.max(longest, queries.length(s));
        }
        return longest;
    }

    /** The packed keys and values of all heads. */
    long keysAndValues() {
        return head() * spec.keyValueHeads();
    }

    /** The longest sequence's blocks of keys. */
    int longestBlocks() {
        int longest = 0;
        for (int s = 0; s < keys.count(); s++) {
            longest = Math.max(longest, (int) ((keys.length(s) + conf.blockRows() - 1) / conf.blockRows()));
        }
        return longest;
    }

    /** A block of queries in a head, packed. */
    long itemQueries(int rows) {
        return (long) Float.BYTES * Panels.padded(rows) * (spec.keyWidth() + 1);
    }

    /** An item's queries, and what they have come to so far. */
    long item(int rows) {
        return itemQueries(rows) + cost.state(rows, longestBlocks());
    }

    /** What an item comes to. */
    long itemOutput(int rows) {
        return cost.output(rows);
    }

    /** The most rows that an item has. */
    int itemRows() {
        return (int) Math.min(longestQueries(), mostRows);
    }

    /** The queries of all heads. */
    long queryBytes() {
        return Float.BYTES * queries.positions() * spec.queryRowWidth();
    }

    /** The queries of some items. */
    long queries(WorkItems work) {
        return Float.BYTES * rows(work) * spec.keyWidth();
    }

    /** What some items come to. */
    long outputs(WorkItems work) {
        return work.items().stream()
                .mapToLong(item -> cost.output(item.queries()))
                .sum();
    }

    /** What Spark keeps of outputs while the last tasks, one for each slot, compute theirs. */
    long keptOutputs(WorkPlan tasks, Cluster cluster) {
        double done = Math.max(0, 1 - (double) cluster.slots() / Math.max(1, tasks.tasks()));
        return (long) (done * outputs(tasks.work()));
    }

    private static long rows(WorkItems work) {
        return work.items().stream().mapToLong(WorkItem::queries).sum();
    }
}
