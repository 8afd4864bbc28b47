package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.meter.SequenceKernel;
import foco.driver.plan.SweepCost;
import foco.driver.plan.WorkItem;
import foco.driver.shared.Shared;
import foco.driver.sweep.ItemPart;
import foco.driver.sweep.ItemRows;
import foco.driver.sweep.ItemSweep;
import foco.driver.sweep.QueryRows;
import foco.driver.sweep.Sweep;
import foco.kernels.AttentionSpec;
import foco.kernels.fold.Fold;
import foco.kernels.fold.FoldResult;
import foco.kernels.fold.Gatherer;
import foco.kernels.fold.Place;
import foco.kernels.routine.FoldKernel;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Statistics of the weights of attention that has been computed. An item is a run of blocks of queries in one head; statistics
 * whose folds are equal share one.
 *
 * @param folds what to gather
 * @param statistics each with the place of its fold
 * @param offsets for each sequence of the queries, where its query 0 stands among the keys
 * @param bounds what items tell each other
 */
@DefaultSerializer(JavaSerializer.class)
record FoldSweep(ArrayList<Fold<?>> folds, ArrayList<Chosen> statistics, ArrayList<Long> offsets, SharedBounds bounds)
        implements Sweep<FoldOutput>, Serializable {

    /** A statistic and the place of its fold. */
    @DefaultSerializer(JavaSerializer.class)
    record Chosen(Statistic<?> statistic, int fold) implements Serializable {

        @SuppressWarnings("unchecked")
        private <R extends FoldResult<R>> FoldResult<?> compact(FoldResult<?> found) {
            return ((Statistic<R>) statistic).compact((R) found);
        }
    }

    static FoldSweep of(List<Statistic<?>> statistics, List<Long> offsets) {
        ArrayList<Fold<?>> folds = new ArrayList<>();
        ArrayList<Chosen> chosen = new ArrayList<>();
        for (Statistic<?> statistic : statistics) {
            Fold<?> fold = statistic.fold();
            int place = folds.indexOf(fold);
            if (place < 0) {
                place = folds.size();
                folds.add(fold);
            }
            chosen.add(new Chosen(statistic, place));
        }
        return new FoldSweep(folds, chosen, new ArrayList<>(offsets), new SharedBounds());
    }

    @Override
    public ItemSweep<FoldOutput> begin(AttentionSpec spec, WorkItem item, ItemRows rows, int keyBlocks) {
        return new Item(spec, item, rows);
    }

    private final class Item implements ItemSweep<FoldOutput> {

        private final AttentionSpec spec;
        private final WorkItem item;
        private final List<QueryBlock> queries = new ArrayList<>();
        private final List<double[]> sums = new ArrayList<>();
        private final List<Gatherer<?>> gatherers = new ArrayList<>();
        private final Place place;
        private long keys;

        Item(AttentionSpec spec, WorkItem item, ItemRows rows) {
            this.spec = spec;
            this.item = item;
            for (QueryRows some : rows.rows()) {
                queries.add(some.pack(spec, item.head()));
                sums.add(some.sums());
            }
            this.place = new Place(
                    item.head(),
                    item.firstQuery(),
                    item.queries(),
                    offsets.get(item.sequence()),
                    bounds.of(item.sequence(), item.head()));
            folds.forEach(fold -> gatherers.add(fold.begin(place)));
        }

        @Override
        public WorkItem item() {
            return item;
        }

        @Override
        public void take(SequenceKernel kernel, int block, KeyValueBlock content) {
            FoldKernel its = kernel.folds(spec);
            for (int b = 0; b < queries.size(); b++) {
                its.fold(queries.get(b), sums.get(b), content, gatherers);
            }
            keys += content.count();
        }

        @Override
        public FoldOutput finish(SequenceKernel kernel) {
            tell(kernel, 1);
            return part().finish();
        }

        @Override
        public ItemPart<FoldOutput> part() {
            List<FoldResult<?>> results = new ArrayList<>();
            gatherers.forEach(gatherer -> results.add(gatherer.result()));
            FoldResult<?>[] found = new FoldResult<?>[statistics.size()];
            Set<FoldResult<?>> taken = Collections.newSetFromMap(new IdentityHashMap<>());
            for (int s = 0; s < found.length; s++) {
                int fold = statistics.get(s).fold;
                FoldResult<?> own = statistics.get(s).compact(results.get(fold));
                found[s] = taken.add(own) ? own : copy(fold, own);
            }
            double[] expected = new double[item.queries()];
            double largest = 0;
            int at = 0;
            for (double[] some : sums) {
                for (double lse : some) {
                    boolean isSeen = lse > Double.NEGATIVE_INFINITY;
                    expected[at++] = isSeen ? -Math.expm1(spec.sink(item.head()) - lse) : 0;
                    largest = isSeen ? Math.max(largest, Math.abs(lse)) : largest;
                }
            }
            return new FoldOutput(item.head(), item.block(), expected, largest, found);
        }

        /** What merges must be its own. */
        private FoldResult<?> copy(int fold, FoldResult<?> found) {
            FoldResult<?> copy = folds.get(fold).begin(place).result();
            FoldOutput.merge(copy, found);
            return copy;
        }

        @Override
        public void tell(SequenceKernel kernel, double share) {
            kernel.folded(spec, Math.round(item.pairs() * share));
        }

        @Override
        public long bytes() {
            long packed = queries.stream().mapToLong(QueryBlock::bytes).sum();
            return packed + FoldSweep.bytes(folds, item.queries(), keys);
        }

        @Override
        public long outputBytes() {
            return FoldSweep.bytes(folds, item.queries(), keys);
        }
    }

    private static long bytes(List<Fold<?>> folds, int queries, long keys) {
        return (long) Double.BYTES * queries
                + folds.stream().mapToLong(fold -> fold.bytes(queries, keys)).sum();
    }

    /**
     * What it takes.
     *
     * @param keys of the longest sequence
     */
    SweepCost cost(AttentionSpec spec, long keys) {
        long shared = Shared.bytes(this);
        long ofKeys = folds.stream().mapToLong(fold -> fold.sharedBytes(keys)).sum();
        return new SweepCost() {
            @Override
            public long state(int queries, int keyBlocks) {
                return bytes(folds, queries, keys) + ofKeys;
            }

            @Override
            public long output(int queries) {
                return bytes(folds, queries, keys);
            }

            @Override
            public double pairOperations() {
                return 2.0 * spec.keyWidth();
            }

            @Override
            public int valueWidth() {
                return 0;
            }

            @Override
            public long shared() {
                return shared;
            }

            @Override
            public boolean needsKeyOrder() {
                return true;
            }

            @Override
            public String mend() {
                return "fewer statistics at a time, or fewer of the heaviest pairs";
            }
        };
    }
}
