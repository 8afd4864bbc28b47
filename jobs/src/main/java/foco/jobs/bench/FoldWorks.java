package foco.jobs.bench;

import foco.kernels.fold.DistanceMass;
import foco.kernels.fold.Distances;
import foco.kernels.fold.Entropy;
import foco.kernels.fold.Fold;
import foco.kernels.fold.Gatherer;
import foco.kernels.fold.KeySets;
import foco.kernels.fold.KeysForMass;
import foco.kernels.fold.Place;
import foco.kernels.fold.Received;
import foco.kernels.fold.SectionMap;
import foco.kernels.fold.StrongestLinks;
import foco.kernels.fold.TopKeys;
import foco.kernels.fold.TopQueries;
import foco.kernels.machine.Kernels;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.routine.FoldKernel;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** One head's attention, and its statistics: each work is a pass over all queries and all keys. */
final class FoldWorks {

    private static final int SECTIONS = 40;
    private static final int LINKS = 100;
    private static final int LINK_FLOOR = 128;

    /** One token of so many is a separator. */
    private static final int SEPARATOR_EVERY = 10;

    private final KernelInput input;
    private final AttentionKernel attention;
    private final FoldKernel folds;
    private final double[][] lse;

    FoldWorks(KernelCase timed) {
        input = new KernelInput(timed);
        attention = Kernels.create(input.spec());
        folds = Kernels.folds(input.spec());
        lse = new double[input.queryBlocks()][];
        attend(true);
    }

    /** The statistics by name, each alone; at last all of them at once. */
    static Map<String, List<Fold<?>>> statistics(long n, int top) {
        long[] sections = LongStream.range(0, Math.min(n, SECTIONS))
                .map(section -> section * n / Math.min(n, SECTIONS))
                .toArray();
        BitSet separators = new BitSet();
        for (long key = 0; key < n; key += SEPARATOR_EVERY) {
            separators.set(Math.toIntExact(key));
        }
        Map<String, List<Fold<?>>> named = new LinkedHashMap<>();
        named.put("entropy", List.of(new Entropy()));
        named.put("received", List.of(new Received()));
        named.put("distances", List.of(new Distances()));
        named.put("mass by distance", List.of(DistanceMass.powersOfTwo(n)));
        named.put("section map", List.of(new SectionMap(sections)));
        named.put("separators", List.of(new KeySets(List.of(separators))));
        named.put("keys for mass", List.of(new KeysForMass()));
        named.put("links", List.of(new StrongestLinks(LINKS, LINK_FLOOR)));
        named.put("top keys", List.of(new TopKeys(top)));
        named.put("top queries", List.of(new TopQueries(top)));
        List<Fold<?>> all = new ArrayList<>();
        named.values().forEach(all::addAll);
        named.put("all", all);
        return named;
    }

    /** The attention itself. */
    void attend() {
        attend(false);
    }

    private void attend(boolean remember) {
        int width = input.timed().width();
        for (int block = 0; block < lse.length; block++) {
            QueryBlock queries = queries(block);
            SoftmaxState state = SoftmaxState.of(input.spec(), 0, queries.count());
            for (KeyValueBlock keys : input.keys(0)) {
                attention.attend(queries, keys, state);
            }
            state.finish(new float[queries.count() * width], 0, width);
            if (remember) {
                lse[block] = new double[queries.count()];
                for (int i = 0; i < queries.count(); i++) {
                    lse[block][i] = state.logSumExp(i);
                }
            }
        }
    }

    /** A pass for some statistics; for none, the sweep alone. */
    void fold(List<Fold<?>> statistics) {
        List<Gatherer<?>> gatherers = new ArrayList<>();
        int n = Math.toIntExact(input.timed().queries());
        for (Fold<?> statistic : statistics) {
            gatherers.add(statistic.begin(new Place(0, 0, n, 0)));
        }
        for (int block = 0; block < lse.length; block++) {
            QueryBlock queries = queries(block);
            for (KeyValueBlock keys : input.keys(0)) {
                folds.fold(queries, lse[block], keys, gatherers);
            }
        }
        gatherers.forEach(Gatherer::result);
    }

    private QueryBlock queries(int block) {
        float[] rows = input.queries(0, block);
        int width = input.timed().width();
        long first = (long) block * KernelInput.BLOCK_ROWS;
        return QueryBlock.pack(input.spec(), 0, first, rows.length / width, rows, 0, width);
    }
}
