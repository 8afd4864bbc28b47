package foco.driver.sweep;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.metrics.KernelWatch;
import foco.kernels.AttentionSpec;
import foco.kernels.tile.HalfBlock;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.KeyValueType;
import foco.kernels.tile.StoredBlock;
import java.io.Serializable;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;

/**
 * A packed block of keys and values, and where it belongs.
 *
 * @param head the key/value head
 * @param sequence its place among the sequences of the keys
 * @param block its place in the sequence
 */
@DefaultSerializer(JavaSerializer.class)
public record PackedBlock(int head, int sequence, int block, StoredBlock content) implements Serializable {

    /**
     * The blocks of the key/value heads {@code firstHead .. firstHead + heads - 1}, packed where the tokens lie.
     *
     * @param keyColumn which of the vector columns holds the keys
     * @param valueColumn which of them holds the values, negative if none are needed
     */
    public static JavaRDD<PackedBlock> of(
            AttentionSpec spec,
            KeyValueType type,
            int blockRows,
            TokenBlocks tokens,
            int keyColumn,
            int valueColumn,
            int firstHead,
            int heads) {
        Sequences sequences = tokens.sequences();
        AttentionSpec shapes = spec.shapes();
        return tokens.grouped().flatMap(block -> {
            KernelWatch.begin(); // in a session that has not Foco's plugin
            int sequence = sequences.index(block.sequence());
            int place = (int) (block.firstPosition() / blockRows);
            float[] keys = block.rounded(keyColumn, type);
            float[] values = values(type, block, valueColumn);
            Iterator<PackedBlock> packed = IntStream.range(firstHead, firstHead + heads)
                    .mapToObj(h -> new PackedBlock(h, sequence, place, pack(shapes, type, block, keys, values, h)))
                    .iterator();
            return packed;
        });
    }

    /** One head of a block. */
    static StoredBlock pack(
            AttentionSpec spec, KeyValueType type, TokenBlock block, int keyColumn, int valueColumn, int head) {
        return pack(spec, type, block, block.rounded(keyColumn, type), values(type, block, valueColumn), head);
    }

    private static float[] values(KeyValueType type, TokenBlock block, int column) {
        return column < 0 ? new float[0] : block.rounded(column, type);
    }

    private static StoredBlock pack(
            AttentionSpec spec, KeyValueType type, TokenBlock block, float[] keys, float[] values, int head) {
        KeyValueBlock packed = KeyValueBlock.pack(
                block.firstPosition(),
                block.rows(),
                keys,
                head * spec.keyWidth(),
                spec.keyRowWidth(),
                spec.keyWidth(),
                values,
                values.length == 0 ? 0 : head * spec.valueWidth(),
                values.length == 0 ? 0 : spec.valueRowWidth(),
                values.length == 0 ? 0 : spec.valueWidth());
        return type == KeyValueType.FLOAT32 ? packed : new HalfBlock(type, packed);
    }
}
