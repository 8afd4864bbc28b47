package foco.driver.plan;

import foco.kernels.AttentionSpec;
import foco.kernels.softmax.SegmentedState;

/** What it takes to do something with the queries of an item and their keys. */
public interface SweepCost {

    /**
     * The bytes of what an item has found so far, besides its queries and keys.
     *
     * @param keyBlocks how many blocks of keys it has seen
     */
    long state(int queries, int keyBlocks);

    /** The bytes of an item's outcome. */
    long output(int queries);

    /** The operations of a query and a key that meet. */
    double pairOperations();

    /** The width of the values that are packed with the keys, 0 if none are needed. */
    int valueWidth();

    /** The bytes of what every executor is given for it. */
    long shared();

    /**
     * Whether an item must see its blocks of keys in their order; else those of one segment may come after those of a later one, as
     * {@link SegmentedState} allows.
     */
    boolean needsKeyOrder();

    /** What makes it take less, for people: "a smaller ...". */
    String mend();

    /** Attention. */
    static SweepCost attention(AttentionSpec spec) {
        return new SweepCost() {
            @Override
            public long state(int queries, int keyBlocks) {
                return SegmentedState.bytes(queries, spec.valueWidth(), keyBlocks);
            }

            @Override
            public long output(int queries) {
                return (long) Float.BYTES * queries * (spec.valueWidth() + 1);
            }

            @Override
            public double pairOperations() {
                return 2.0 * (spec.keyWidth() + spec.valueWidth());
            }

            @Override
            public int valueWidth() {
                return spec.valueWidth();
            }

            @Override
            public long shared() {
                return 0;
            }

            @Override
            public boolean needsKeyOrder() {
                return false;
            }

            @Override
            public String mend() {
                return "a smaller spark.foco.block.rows";
            }
        };
    }
}
