package foco.driver;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.plan.StrategyKind;
import foco.kernels.tile.KeyValueType;
import java.io.Serializable;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Foco's settings, read from {@code spark.foco.*} keys of a session.
 *
 * @param strategy {@code spark.foco.strategy}: {@code auto}, {@code broadcast}, {@code stream} or {@code split-keys}; auto
 *     if absent
 * @param partitions {@code spark.foco.partitions}: the tasks that compute attention; chosen by Foco if absent. It never
 *     changes a result
 * @param blockRows {@code spark.foco.block.rows}: the rows of a block of queries and of a block of keys and values,
 *     {@value #DEFAULT_BLOCK_ROWS} if absent; a multiple of 128. Another value rounds differently
 * @param broadcastBytes {@code spark.foco.broadcast.bytes}: keys and values are broadcast a few heads at a time, at most
 *     this many bytes (but at least one head); 512 MiB if absent
 * @param keyValueType {@code spark.foco.kv.type}: the format in which keys and values are broadcast, {@code float32},
 *     {@code bf16} or {@code float16}; float32 if absent
 */
@DefaultSerializer(JavaSerializer.class)
public record FocoConf(
        StrategyKind strategy, OptionalInt partitions, int blockRows, long broadcastBytes, KeyValueType keyValueType)
        implements Serializable {

    static final int DEFAULT_BLOCK_ROWS = 768;
    private static final long DEFAULT_BROADCAST_BYTES = 512L << 20;
    private static final String STRATEGY = "spark.foco.strategy";
    private static final String PARTITIONS = "spark.foco.partitions";
    private static final String BLOCK_ROWS = "spark.foco.block.rows";
    private static final String KEY_VALUE_TYPE = "spark.foco.kv.type";
    private static final String BROADCAST_BYTES = "spark.foco.broadcast.bytes";

    /** @throws IllegalArgumentException naming the key whose value is not legal */
    public static FocoConf of(SparkSession spark) {
        return of(key -> spark.conf().contains(key) ? spark.conf().get(key) : null);
    }

    /**
     * The settings of a context.
     *
     * @param others go before them
     * @throws IllegalArgumentException naming the key whose value is not legal
     */
    public static FocoConf of(SparkContext context, Map<String, String> others) {
        return of(key -> others.getOrDefault(key, context.conf().get(key, null)));
    }

    /** @throws IllegalArgumentException naming the key whose value is not legal */
    public static FocoConf of(Map<String, String> settings) {
        return of(settings::get);
    }

    /** @param settings gives null for a key that is not set */
    private static FocoConf of(UnaryOperator<String> settings) {
        long partitions = number(settings, PARTITIONS, 0, "a number of tasks, 1 or more");
        long blockRows = number(settings, BLOCK_ROWS, DEFAULT_BLOCK_ROWS, "a number of rows");
        long broadcastBytes = number(settings, BROADCAST_BYTES, DEFAULT_BROADCAST_BYTES, "a number of bytes");
        require(
                partitions >= (settings.apply(PARTITIONS) == null ? 0 : 1) && partitions <= 1_000_000,
                "%s must lie in 1 to 1000000, and is %d.",
                PARTITIONS,
                partitions);
        require(
                blockRows >= 128 && blockRows <= 65_536 && blockRows % 128 == 0,
                "%s must be a multiple of 128 from 128 to 65536, and is %d.",
                BLOCK_ROWS,
                blockRows);
        require(broadcastBytes >= 1, "%s must be 1 or more, and is %d.", BROADCAST_BYTES, broadcastBytes);
        return new FocoConf(
                StrategyKind.of(text(settings, STRATEGY, StrategyKind.AUTO)),
                partitions == 0 ? OptionalInt.empty() : OptionalInt.of((int) partitions),
                (int) blockRows,
                broadcastBytes,
                KeyValueType.of(text(settings, KEY_VALUE_TYPE, KeyValueType.FLOAT32)));
    }

    /** The same with another strategy. */
    FocoConf with(StrategyKind other) {
        return new FocoConf(other, partitions, blockRows, broadcastBytes, keyValueType);
    }

    private static String text(UnaryOperator<String> settings, String key, Object absent) {
        String value = settings.apply(key);
        return value == null ? absent.toString() : value;
    }

    private static long number(UnaryOperator<String> settings, String key, long absent, String meaning) {
        String value = settings.apply(key);
        if (value == null) {
            return absent;
        }
        try {
            return Long.parseLong(value.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s must be %s, and is \"%s\".".formatted(key, meaning, value), e);
        }
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
