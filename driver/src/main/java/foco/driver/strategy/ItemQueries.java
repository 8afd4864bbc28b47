package foco.driver.strategy;

import foco.driver.block.BlockLayout;
import foco.driver.block.SelectedRdd;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlock;
import foco.driver.plan.WorkItem;
import foco.driver.plan.WorkItems;
import foco.driver.plan.WorkPlan;
import foco.driver.sweep.ItemRows;
import foco.kernels.AttentionSpec;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/** The queries of each item of work. */
final class ItemQueries {

    private ItemQueries() {}

    /** The items of each task of {@code plan}, block by block: a task reads the blocks that its items are of, from wherever they are. */
    static JavaRDD<ItemRows> of(AttentionSpec spec, AttentionInput input, WorkPlan plan) {
        BlockLayout layout = input.queries().layout();
        int[][] partitions = Arrays.stream(plan.blocksOfTasks())
                .map(blocks ->
                        Arrays.stream(blocks).map(layout::partition).distinct().toArray())
                .toArray(int[][]::new);
        Sequences sequences = input.queries().sequences();
        int column = input.queryColumn();
        AttentionSpec shapes = spec.shapes();
        return SelectedRdd.of(input.queries().blocks(), partitions)
                .mapPartitionsWithIndex(
                        (task, blocks) -> new OfTask(shapes, plan, task, sequences, column, blocks), true);
    }

    /** The queries of a task's items, one block of them in memory at a time. */
    private static final class OfTask implements Iterator<ItemRows> {

        private final AttentionSpec spec;
        private final WorkPlan plan;
        private final int task;
        private final Sequences sequences;
        private final int column;
        private final Iterator<TokenBlock> blocks;
        private Iterator<ItemRows> ofBlock =
                IntStream.empty().<ItemRows>mapToObj(none -> null).iterator();

        OfTask(
                AttentionSpec spec,
                WorkPlan plan,
                int task,
                Sequences sequences,
                int column,
                Iterator<TokenBlock> blocks) {
            this.spec = spec;
            this.plan = plan;
            this.task = task;
            this.sequences = sequences;
            this.column = column;
            this.blocks = blocks;
        }

        @Override
        public boolean hasNext() {
            while (!ofBlock.hasNext() && blocks.hasNext()) {
                ofBlock = items(blocks.next());
            }
            return ofBlock.hasNext();
        }

        @Override
        public ItemRows next() {
            hasNext();
            return ofBlock.next();
        }

        private Iterator<ItemRows> items(TokenBlock block) {
            int sequence = sequences.index(block.sequence());
            float[] rows = block.columns()[column];
            return IntStream.range(0, spec.heads())
                    .mapToObj(head -> new ItemRows(
                            plan.work().place(sequence, block.firstPosition(), head),
                            rows,
                            head * spec.keyWidth(),
                            spec.queryRowWidth()))
                    .filter(item -> item.place() >= 0 && plan.task(item.place()) == task)
                    .iterator();
        }
    }

    /** All queries in the driver, by the places of their items, {@code [queries, keyWidth]} row-major. */
    static float[][] gather(AttentionSpec spec, AttentionInput input, WorkItems work) {
        Sequences sequences = input.queries().sequences();
        int column = input.queryColumn();
        AttentionSpec shapes = spec.shapes();
        int[] heads = work.items().stream().mapToInt(WorkItem::head).distinct().toArray();
        float[][] gathered = new float[work.items().size()][];
        input.queries()
                .grouped()
                .map(block -> new Tuple2<>(block.outline(), block.columns()[column]))
                .collect()
                .forEach(block -> {
                    int sequence = sequences.index(block._1.sequence());
                    for (int head : heads) {
                        int place = work.place(sequence, block._1.firstPosition(), head);
                        if (place >= 0) {
                            gathered[place] = head(shapes, block._2, block._1.rows(), head);
                        }
                    }
                });
        return gathered;
    }

    private static float[] head(AttentionSpec spec, float[] queries, int rows, int head) {
        int width = spec.keyWidth();
        float[] own = new float[rows * width];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(queries, i * spec.queryRowWidth() + head * width, own, i * width, width);
        }
        return own;
    }
}
