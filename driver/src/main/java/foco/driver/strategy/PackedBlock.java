package foco.driver.strategy;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.table.Sequences;
import foco.driver.table.TokenBlock;
import foco.driver.table.TokenTable;
import foco.kernels.AttentionSpec;
import foco.kernels.Kernels;
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
     * The blocks of the key/value heads {@code firstHead .. firstHead + heads - 1}, packed where the table's rows lie.
     *
     * @param column which of the table's vector columns holds the keys; the values are in the one after it
     */
    static JavaRDD<PackedBlock> of(
            AttentionSpec spec,
            KeyValueType type,
            int blockRows,
            TokenTable table,
            int column,
            int firstHead,
            int heads) {
        Sequences sequences = table.sequences();
        AttentionSpec shapes = spec.shapes();
        return table.blocks().flatMap(block -> {
            Kernels.warmUp(); // in a session that has not Foco's plugin
            int sequence = sequences.index(block.sequence());
            int place = (int) (block.firstPosition() / blockRows);
            float[] keys = block.rounded(column, type);
            float[] values = block.rounded(column + 1, type);
            Iterator<PackedBlock> packed = IntStream.range(firstHead, firstHead + heads)
                    .mapToObj(h -> new PackedBlock(h, sequence, place, pack(shapes, type, block, keys, values, h)))
                    .iterator();
            return packed;
        });
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
                head * spec.valueWidth(),
                spec.valueRowWidth(),
                spec.valueWidth());
        return type == KeyValueType.FLOAT32 ? packed : new HalfBlock(type, packed);
    }
}
