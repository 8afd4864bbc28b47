package foco.driver.plan;

import foco.driver.block.Sequences;
import foco.driver.settings.FocoConf;
import foco.kernels.AttentionSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.DoubleFunction;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** How work is cut into tasks that cost about the same, whatever the mask and the lengths of sequences. */
final class TaskCut {

    /** Tasks a core, so that the last ones to end do not leave the others waiting long. */
    private static final int TASKS_PER_CORE = 4;

    /** Operations in a task, a few seconds of one core: what is lost with it, and how often progress shows. */
    private static final double MAX_OPERATIONS = 2e11;

    /**
     * Query rows of a task that pulls its keys and values: two operations a row for each number pulled, so that a core at
     * 50 GFLOP/s pulls 16 MB/s in float32.
     */
    private static final int ROWS_TO_PULL_FOR = 6144;

    /** Spark's driver keeps account of every task, and each leaves a file in a checkpoint. */
    private static final long MOST_TASKS = 1 << 15;

    /** Where there are as many blocks for each task, tasks can cost about the same and yet have whole blocks. */
    private static final int BLOCKS_PER_TASK = 2;

    /** Outputs that a task gives at most if it has whole blocks, as Spark keeps them in one piece. */
    private static final long MOST_OUTPUT_BYTES = 64L << 20;

    /**
     * Pairs that cost as much as reading and writing a row of a head does, which counts where rows see few keys: some 2,000
     * for a row of a table, and fewer for one of an array in a file.
     */
    private static final long ROW_COST = 1024;

    /**
     * Pairs that cost as much as reading a row of a sequence, for each head: 2 microseconds beside 1 nanosecond for a pair,
     * with a head of 32 from a table of short sequences and a long one.
     */
    static final long READING_COST = 2048;

    /** And as a row's part in queries and outputs. */
    private static final long QUERY_COST = 512;

    /** A sequence stays in one task if that has room for as many of its kind. */
    private static final int SEQUENCES_PER_TASK = 8;

    private TaskCut() {}

    /**
     * Deals items out to tasks of about the same cost: whole blocks of queries that follow one another where that comes out
     * even, so that each is read and its outputs are given in one place; else single items.
     *
     * @param cores the tasks that run at a time
     */
    static WorkPlan dealt(AttentionSpec spec, WorkItems work, FocoConf conf, int cores) {
        long wanted = conf.partitions().orElse((int) wanted(spec, work, cores));
        long whole = conf.partitions().isPresent() ? wanted : Math.max(wanted, outputTasks(spec, work));
        long[] costs = costs(work.items(), ROW_COST);
        if (work.isInWholeBlocks() && work.blocks() >= BLOCKS_PER_TASK * whole) {
            CostRuns runs = CostRuns.of((int) whole, work::block, costs);
            if (runs.isEven() || conf.partitions().isPresent()) {
                return inRuns(work, runs);
            }
        }
        int count = (int) Math.max(1, conf.partitions().orElse((int) Math.min(wanted, work.size())));
        CostRuns dealt = even(conf, count, cores, tasks -> deal(costs, tasks));
        return new WorkPlan(work, dealt.runs(), dealt.costs().size(), new int[0]);
    }

    /** So many tasks, or fewer if they cost more nearly the same then, as where some have two items and the others one. */
    private static CostRuns even(FocoConf conf, int count, int cores, IntFunction<CostRuns> cut) {
        CostRuns evenest = cut.apply(count);
        for (int fewer = count * 3 / 4;
                !evenest.isEven() && fewer >= cores && conf.partitions().isEmpty();
                fewer = fewer * 3 / 4) {
            CostRuns some = cut.apply(fewer);
            evenest = some.largest() < evenest.largest() ? some : evenest;
        }
        return evenest;
    }

    /**
     * Cuts the sequences, in their order, into runs of about the same cost. A task has all items of its sequences, but that
     * a long sequence is cut between blocks of queries and goes to several tasks, each of which reads all of its keys.
     *
     * @param keys with the same sequences as the queries, in the same order
     * @param cores the tasks that run at a time
     */
    static WorkPlan bySequence(AttentionSpec spec, WorkItems work, Sequences keys, FocoConf conf, int cores) {
        long wanted = Math.max(wanted(spec, work, cores), outputTasks(spec, work));
        int count = conf.partitions().orElse((int) Math.min(wanted, work.blocks()));
        long[] costs = costs(work.items(), QUERY_COST);
        double some = Arrays.stream(costs).asDoubleStream().sum() / count / SEQUENCES_PER_TASK;
        double[] ofSequences = new double[work.layout().sequences()];
        for (int place = 0; place < costs.length; place++) {
            ofSequences[work.sequence(place)] += costs[place];
        }
        CostRuns.Sets sequences = new CostRuns.Sets() {
            @Override
            public int of(int place) {
                return work.sequence(place);
            }

            @Override
            public long opening(int place) {
                return READING_COST * work.heads() * keys.length(work.sequence(place));
            }
        };
        // Blocks are numbered from 0, so that what is less than 0 is no block.
        IntUnaryOperator group =
                place -> ofSequences[work.sequence(place)] > some ? work.block(place) : -1 - work.sequence(place);
        return inRuns(work, even(conf, count, cores, tasks -> CostRuns.of(tasks, group, sequences, costs)));
    }

    /** The tasks that outputs need if a task gives whole blocks of them. */
    private static long outputTasks(AttentionSpec spec, WorkItems work) {
        long rows = work.items().stream().mapToLong(WorkItem::queries).sum();
        return rows * (spec.valueWidth() + 1) * Float.BYTES / MOST_OUTPUT_BYTES;
    }

    private static WorkPlan inRuns(WorkItems work, CostRuns runs) {
        int[] number = largestFirstNumbers(runs.costs());
        return new WorkPlan(work, numbered(runs, number), number.length, work.isInWholeBlocks() ? number : new int[0]);
    }

    private static int[] numbered(CostRuns runs, int[] number) {
        return Arrays.stream(runs.runs()).map(run -> number[run]).toArray();
    }

    /** The place of each cost when the largest comes first. */
    private static int[] largestFirstNumbers(List<Long> costs) {
        int[] order = largestFirst(costs.stream().mapToLong(Long::longValue).toArray());
        int[] number = new int[order.length];
        for (int p = 0; p < order.length; p++) {
            number[order[p]] = p;
        }
        return number;
    }

    private static long wanted(AttentionSpec spec, WorkItems work, int cores) {
        double operations = 2.0 * (spec.keyWidth() + spec.valueWidth()) * work.pairs();
        long wanted = Math.max((long) TASKS_PER_CORE * cores, (long) Math.ceil(operations / MAX_OPERATIONS));
        return Math.min(wanted, MOST_TASKS);
    }

    /** What each item costs, in pairs; never nothing, as each has rows to be read and an output to be made. */
    private static long[] costs(List<WorkItem> items, long rowCost) {
        return items.stream()
                .mapToLong(item -> item.pairs() + rowCost * item.queries())
                .toArray();
    }

    /** Deals costs out to {@code count} tasks, the largest first and each to the task that has least. */
    private static CostRuns deal(long[] costs, int count) {
        record Load(int task, long cost) {}
        PriorityQueue<Load> loads =
                new PriorityQueue<>(Comparator.comparingLong(Load::cost).thenComparingInt(Load::task));
        for (int task = 0; task < count; task++) {
            loads.add(new Load(task, 0));
        }
        int[] tasks = new int[costs.length];
        for (int i : largestFirst(costs)) {
            Load least = loads.remove();
            tasks[i] = least.task;
            loads.add(new Load(least.task, least.cost + costs[i]));
        }
        List<Long> sums = loads.stream()
                .sorted(Comparator.comparingInt(Load::task))
                .map(Load::cost)
                .toList();
        return new CostRuns(tasks, sums);
    }

    private static int[] largestFirst(long[] costs) {
        return IntStream.range(0, costs.length)
                .boxed()
                .sorted(Comparator.comparingLong(i -> -costs[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * Cuts the items of each key/value head into runs of neighbours, so that a task makes good use of the keys and values
     * that it pulls: enough queries if there are, all heads that read them together, and under a local mask few keys.
     *
     * @param cores the tasks that run at a time
     * @param maxItems the items whose queries and states fit in a task's memory
     */
    static WorkPlan inRuns(AttentionSpec spec, WorkItems work, FocoConf conf, int cores, int maxItems) {
        List<WorkItem> items = work.items();
        int[] heads =
                items.stream().mapToInt(item -> spec.keyValueHead(item.head())).toArray();
        // Of a head they stay in the order of blocks, then of heads that read the same keys.
        int[] order = IntStream.range(0, heads.length)
                .boxed()
                .sorted(Comparator.comparingInt(place -> heads[place]))
                .mapToInt(Integer::intValue)
                .toArray();
        long rows = items.stream().mapToLong(WorkItem::queries).sum();
        long enough = Math.max(cores, rows / ROWS_TO_PULL_FOR);
        int wanted = conf.partitions().orElse((int) Math.max(1, Math.min(enough, wanted(spec, work, cores))));
        long[] costs = costs(items, ROW_COST);
        double total = Arrays.stream(costs).asDoubleStream().sum();
        double largest = Arrays.stream(costs).max().orElse(0);
        DoubleFunction<Runs> cut = most -> {
            Runs runs = new Runs(most, maxItems, items.size());
            for (int i : order) {
                runs.add(i, heads[i], costs[i]);
            }
            return runs;
        };
        CostRuns even = even(conf, wanted, cores, tasks -> {
            double mean = Math.max(total / tasks, largest);
            int count = cut.apply(mean).costs.size();
            return cut.apply(CostRuns.least(
                            total / count, mean, most -> cut.apply(most).costs.size() <= count))
                    .done();
        });
        return new WorkPlan(
                work,
                numbered(even, largestFirstNumbers(even.costs())),
                even.costs().size(),
                new int[0]);
    }

    /** Runs of items that are being cut. */
    private static final class Runs {

        private final double most;
        private final int maxItems;
        private final int[] runs;
        private final List<Long> costs = new ArrayList<>();
        private int length;
        private int head;

        Runs(double most, int maxItems, int items) {
            this.most = most;
            this.maxItems = maxItems;
            this.runs = new int[items];
        }

        void add(int item, int keyValueHead, long cost) {
            int last = costs.size() - 1;
            if (last >= 0 && keyValueHead == head && length < maxItems && costs.get(last) + cost <= most) {
                costs.set(last, costs.get(last) + cost);
                length++;
            } else {
                costs.add(cost);
                length = 1;
                head = keyValueHead;
            }
            runs[item] = costs.size() - 1;
        }

        CostRuns done() {
            return new CostRuns(runs, costs);
        }
    }
}
