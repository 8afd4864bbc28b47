package foco.driver.plan;

import foco.driver.block.Sequences;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which task computes which items of some work. Tasks cost about the same, whatever the mask: under a causal one the last
 * block of a sequence costs many times the first. The largest tasks come first.
 */
public final class WorkPlan implements Serializable {

    private final WorkItems work;
    private final int[] partitions;
    private final int count;
    private final int[] blockOrder;
    private transient volatile int[][] placesOfTasks;

    /**
     * @param partitions the task of each item
     * @param count of the tasks
     * @param blockOrder the tasks in the order of their blocks, if each has whole blocks that follow one another
     */
    WorkPlan(WorkItems work, int[] partitions, int count, int[] blockOrder) {
        this.work = work;
        this.partitions = partitions;
        this.count = count;
        this.blockOrder = blockOrder;
    }

    /** The rows of keys that tasks read which another has read already, if each reads all keys of its sequences. */
    long rowsReadAgain(Sequences keys) {
        return IntStream.range(1, partitions.length)
                .filter(place -> partitions[place] != partitions[place - 1])
                .filter(place -> work.sequence(place) == work.sequence(place - 1))
                .mapToLong(place -> keys.length(work.sequence(place)))
                .sum();
    }

    /** Whether each task has whole blocks, in all heads, that follow one another. */
    public boolean isInWholeBlocks() {
        return blockOrder.length > 0;
    }

    /** If tasks have whole blocks, the tasks in the order of their blocks. */
    public int[] blockOrder() {
        return blockOrder;
    }

    /** If tasks have whole blocks, the place of each block's task in {@link #blockOrder}. */
    public int[] runsOfBlocks() {
        int[] run = new int[count];
        for (int r = 0; r < count; r++) {
            run[blockOrder[r]] = r;
        }
        int[] runs = new int[work.blocks()];
        for (int place = 0; place < partitions.length; place++) {
            runs[work.block(place)] = run[partitions[place]];
        }
        return runs;
    }

    /** The blocks of queries that each task reads, in their order. */
    public int[][] blocksOfTasks() {
        return IntStream.range(0, count)
                .mapToObj(task -> Arrays.stream(places()[task])
                        .map(work::block)
                        .distinct()
                        .sorted()
                        .toArray())
                .toArray(int[][]::new);
    }

    public WorkItems work() {
        return work;
    }

    /** The places of a task's items in {@link WorkItems#items}, in order. */
    public int[] places(int task) {
        return places()[task];
    }

    /** The items of a task. */
    public List<WorkItem> items(int task) {
        return Arrays.stream(places()[task]).mapToObj(work::item).toList();
    }

    private int[][] places() {
        if (placesOfTasks == null) {
            int[] lengths = new int[count];
            Arrays.stream(partitions).forEach(p -> lengths[p]++);
            int[][] places = Arrays.stream(lengths).mapToObj(int[]::new).toArray(int[][]::new);
            for (int i = partitions.length - 1; i >= 0; i--) {
                places[partitions[i]][--lengths[partitions[i]]] = i;
            }
            placesOfTasks = places;
        }
        return placesOfTasks;
    }

    /** The number of tasks. */
    public int tasks() {
        return count;
    }

    /**
     * The task that computes an item.
     *
     * @param place of the item in {@link WorkItems#items}
     */
    public int task(int place) {
        return partitions[place];
    }
}
