package foco.driver.strategy;

import foco.driver.block.BlockLayout;
import foco.driver.block.SelectedRdd;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlock;
import foco.driver.plan.WorkItem;
import foco.driver.plan.WorkItems;
import foco.driver.plan.WorkPlan;
import foco.driver.sweep.ItemRows;
import foco.driver.sweep.QuerySource;
import foco.kernels.AttentionSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * The queries of each item of work. Items are of whole blocks of queries, one or several that follow each other; of several, each
 * head's are read on their own, so that a task never holds those of all heads.
 */
final class ItemQueries {

    private ItemQueries() {}

    /** The items of each task of {@code plan}, in order: a task reads the blocks that its items are of, from wherever they are. */
    static JavaRDD<ItemRows> of(AttentionSpec spec, AttentionInput input, WorkPlan plan) {
        BlockLayout layout = input.queries().layout();
        int[][] partitions = IntStream.range(0, plan.tasks())
                .mapToObj(task -> partitions(layout, readings(layout, plan, task)))
                .toArray(int[][]::new);
        Sequences sequences = input.queries().sequences();
        QuerySource source = input.source(spec);
        return SelectedRdd.of(input.queries().blocks(), partitions)
                .mapPartitionsWithIndex(
                        (task, blocks) -> new OfTask(plan, layout, task, sequences, source, blocks), true);
    }

    /**
     * Blocks of queries that are read together, and the items that are made of them.
     *
     * @param first the number of the first block of tokens
     * @param end the number after the last
     */
    private record Reading(int first, int end, List<Integer> places) {}

    private static List<Reading> readings(BlockLayout layout, WorkPlan plan, int task) {
        List<Reading> readings = new ArrayList<>();
        for (int place : plan.places(task)) {
            WorkItem item = plan.work().item(place);
            int first = layout.number(item.sequence(), item.firstQuery());
            int end = layout.number(item.sequence(), item.firstQuery() + item.queries() - 1) + 1;
            Reading last = readings.isEmpty() ? null : readings.get(readings.size() - 1);
            if (last != null && end - first == 1 && last.first == first && last.end == end) {
                last.places.add(place);
            } else {
                readings.add(new Reading(first, end, new ArrayList<>(List.of(place))));
            }
        }
        return readings;
    }

    /** The partitions of blocks that readings go through; where one goes on in a partition, it is not begun again. */
    private static int[] partitions(BlockLayout layout, List<Reading> readings) {
        List<Integer> partitions = new ArrayList<>();
        int end = -1;
        for (Reading reading : readings) {
            int from = layout.partition(reading.first);
            boolean goesOn = end >= 0 && reading.first >= end && layout.partition(end - 1) == from;
            IntStream.rangeClosed(goesOn ? from + 1 : from, layout.partition(reading.end - 1))
                    .forEach(partitions::add);
            end = reading.end;
        }
        return partitions.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The queries of a task's items, one reading in memory at a time. */
    private static final class OfTask implements Iterator<ItemRows> {

        private final WorkItems work;
        private final BlockLayout layout;
        private final Sequences sequences;
        private final QuerySource source;
        private final Iterator<TokenBlock> blocks;
        private final Iterator<Reading> readings;
        private Iterator<ItemRows> ofReading =
                IntStream.empty().<ItemRows>mapToObj(none -> null).iterator();

        OfTask(
                WorkPlan plan,
                BlockLayout layout,
                int task,
                Sequences sequences,
                QuerySource source,
                Iterator<TokenBlock> blocks) {
            this.work = plan.work();
            this.layout = layout;
            this.sequences = sequences;
            this.source = source;
            this.blocks = blocks;
            this.readings = readings(layout, plan, task).iterator();
        }

        @Override
        public boolean hasNext() {
            while (!ofReading.hasNext() && readings.hasNext()) {
                ofReading = items(readings.next());
            }
            return ofReading.hasNext();
        }

        @Override
        public ItemRows next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ofReading.next();
        }

        private Iterator<ItemRows> items(Reading reading) {
            if (reading.end - reading.first == 1) {
                List<TokenBlock> block = List.of(find(reading.first));
                return reading.places.stream()
                        .map(place -> source.of(work, place, block))
                        .iterator();
            }
            int place = reading.places.get(0);
            ItemRows rows = new ItemRows(place, new ArrayList<>());
            for (int number = reading.first; number < reading.end; number++) {
                rows.rows()
                        .addAll(source.copied(work, place, List.of(find(number)))
                                .rows());
            }
            return List.of(rows).iterator();
        }

        /** The next of the blocks that has a number. */
        private TokenBlock find(int number) {
            TokenBlock block = blocks.next();
            while (layout.number(sequences.index(block.sequence()), block.firstPosition()) != number) {
                block = blocks.next();
            }
            return block;
        }
    }

    /** All queries in the driver, by the places of their items. */
    static ItemRows[] gather(AttentionSpec spec, AttentionInput input, WorkItems work) {
        Sequences sequences = input.queries().sequences();
        BlockLayout layout = input.queries().layout();
        QuerySource source = input.source(spec);
        Map<Integer, TokenBlock> blocks = new HashMap<>();
        input.queries()
                .grouped()
                .map(block -> new Tuple2<>(block.outline(), source.only(block).columns()))
                .collect()
                .forEach(block -> blocks.put(
                        layout.number(sequences.index(block._1.sequence()), block._1.firstPosition()),
                        new TokenBlock(block._1.sequence(), block._1.firstPosition(), block._1.rows(), block._2)));
        ItemRows[] gathered = new ItemRows[work.size()];
        for (int place = 0; place < gathered.length; place++) {
            WorkItem item = work.item(place);
            int first = layout.number(item.sequence(), item.firstQuery());
            int last = layout.number(item.sequence(), item.firstQuery() + item.queries() - 1);
            List<TokenBlock> own =
                    IntStream.rangeClosed(first, last).mapToObj(blocks::get).toList();
            gathered[place] = source.ofOnly().copied(work, place, own);
        }
        return gathered;
    }
}
