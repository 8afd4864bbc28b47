package foco.driver.settings;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.tile.KeyValueType;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What {@link FocoSetting}s say of a computation.
 *
 * @param strategy {@code spark.foco.strategy}: {@code auto}, {@code broadcast}, {@code stream} or {@code split-keys}; auto
 *     if absent
 * @param partitions {@code spark.foco.partitions}: the tasks that compute attention; chosen by Foco if absent. It never
 *     changes a result
 * @param blockRows {@code spark.foco.block.rows}: the rows of a block of queries and of a block of keys and values,
 *     768 if absent; a multiple of 128. Another value rounds differently
 * @param broadcastBytes {@code spark.foco.broadcast.bytes}: keys and values are broadcast a few heads at a time, at most
 *     this many bytes (but at least one head); 512 MiB if absent
 * @param keyValueType {@code spark.foco.kv.type}: the format in which keys and values are broadcast, {@code float32},
 *     {@code bf16} or {@code float16}; float32 if absent
 */
@DefaultSerializer(JavaSerializer.class)
public record FocoConf(
        StrategyKind strategy, OptionalInt partitions, int blockRows, long broadcastBytes, KeyValueType keyValueType)
        implements Serializable {

    /** @throws IllegalArgumentException naming a key that there is not, or one whose value is not legal */
    public static FocoConf of(SparkSession spark) {
        return of(CollectionConverters.asJava(spark.conf().getAll()));
    }

    /**
     * The settings of a context.
     *
     * @param others go before them
     * @throws IllegalArgumentException naming a key that there is not, or one whose value is not legal
     */
    public static FocoConf of(SparkContext context, Map<String, String> others) {
        Map<String, String> settings = new HashMap<>();
        for (Tuple2<String, String> setting : context.getConf().getAll()) {
            settings.put(setting._1(), setting._2());
        }
        settings.putAll(others);
        return of(settings);
    }

    /**
     * @param settings Spark's, Foco's among them
     * @throws IllegalArgumentException naming a key that there is not, or one whose value is not legal
     */
    public static FocoConf of(Map<String, String> settings) {
        FocoSetting.check(settings);
        return new FocoConf(
                FocoSetting.STRATEGY.of(settings),
                FocoSetting.PARTITIONS.of(settings),
                FocoSetting.BLOCK_ROWS.of(settings),
                FocoSetting.BROADCAST_BYTES.of(settings),
                FocoSetting.KEY_VALUE_TYPE.of(settings));
    }

    /** The same with another strategy. */
    public FocoConf with(StrategyKind other) {
        return new FocoConf(other, partitions, blockRows, broadcastBytes, keyValueType);
    }
}
