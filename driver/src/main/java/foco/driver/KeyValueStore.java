package foco.driver;

import foco.driver.block.InvalidInputException;
import foco.driver.block.TokenBlocks;
import foco.driver.input.InputBlocks;
import foco.driver.meter.Meter;
import foco.driver.plan.SplitKeysPlan;
import foco.driver.result.Open;
import foco.driver.settings.FocoConf;
import foco.driver.settings.StrategyKind;
import foco.driver.strategy.AttentionInput;
import foco.driver.strategy.Strategy;
import foco.driver.sweep.PackedKeyValues;
import foco.driver.table.TokenTable;
import foco.kernels.AttentionSpec;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Keys and values that stay loaded, packed, in the executors' memory (and on their disks beyond), to answer one set of
 * queries after another:
 *
 * <pre>{@code
 * try (KeyValueStore store = KeyValueStore.load(keysAndValues, spec)) {
 *     AttentionResult first = store.attend(queries);
 *     AttentionResult second = store.attend(otherQueries);   // loads nothing
 * }
 * }</pre>
 *
 * <p>Each partition of the keys answers all queries, so this is for few queries and many keys, as when a model decodes.
 */
public final class KeyValueStore implements AutoCloseable {

    private final AttentionSpec spec;
    private final FocoConf conf;
    private final TokenBlocks keys;
    private final PackedKeyValues packed;
    private final Open open = new Open();

    private KeyValueStore(AttentionSpec spec, FocoConf conf, TokenBlocks keys, PackedKeyValues packed) {
        this.spec = spec;
        this.conf = conf;
        this.keys = keys;
        this.packed = packed;
    }

    /**
     * Loads keys and values, and comes back when each has its place.
     *
     * @param keysAndValues {@code sequence?, position, key [keyValueHeads * keyWidth],
     *     value [keyValueHeads * valueWidth]}
     * @throws InvalidInputException naming the first place where the table is not as described
     * @throws IllegalArgumentException if a mask or score modifier cannot be serialized
     */
    public static KeyValueStore load(Dataset<Row> keysAndValues, AttentionSpec spec) {
        Attention.requireSerializable(spec);
        FocoConf conf = FocoConf.of(keysAndValues.sparkSession()).with(StrategyKind.SPLIT_KEYS);
        TokenBlocks keys = TokenTable.read(keysAndValues, conf, Attention.key(spec), Attention.value(spec));
        PackedKeyValues packed =
                PackedKeyValues.load(spec, conf, SplitKeysPlan.layout(spec, keys.sequences(), conf), keys, 0, 1);
        return new KeyValueStore(spec, conf, keys, packed);
    }

    /**
     * Attention of some queries over what is loaded. The result can be read as long as both it and this are open.
     *
     * @param queries {@code sequence?, position, query [heads * keyWidth]}
     * @return the finished attention of every row; to be closed
     * @throws InvalidInputException naming the first place where the table is not as described
     * @throws IllegalArgumentException if there are too many queries
     * @throws IllegalStateException if this is closed
     */
    public AttentionResult attend(Dataset<Row> queries) {
        open.require();
        long start = System.nanoTime();
        JavaSparkContext context = JavaSparkContext.fromSparkContext(keys.context());
        try (Meter meter = Meter.start(context)) {
            TokenBlocks table = TokenTable.read(queries, conf, Attention.query(spec));
            InputBlocks.requireKeys(table.sequences(), keys.sequences());
            AttentionInput input = new AttentionInput(
                    table,
                    0,
                    keys,
                    0,
                    1,
                    Optional.empty(),
                    Collections.nCopies(table.sequences().count(), 0L));
            return AttentionResult.compute(
                    Optional.of(queries.sparkSession()),
                    spec,
                    conf,
                    input,
                    List.of(table),
                    plan -> Strategy.over(packed, plan, conf, input, context, meter),
                    Optional.empty(),
                    meter,
                    start);
        }
    }

    /** The keys, over all sequences. */
    public long keys() {
        return keys.sequences().positions();
    }

    /** Frees what is loaded. */
    @Override
    public void close() {
        open.close("The store of keys and values is closed; attend before close(), or load it again.");
        packed.close();
        keys.close();
    }
}
