package foco.driver.result;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.tile.Floats;
import java.io.Serializable;

/**
 * Keys and values of consecutive positions of a sequence, the past's among them.
 *
 * @param keys {@code [rows, keyValueHeads * keyWidth]} row-major
 * @param values {@code [rows, keyValueHeads * valueWidth]}
 */
@DefaultSerializer(JavaSerializer.class)
public record PresentBlock(String sequence, long firstPosition, int rows, float[] keys, float[] values)
        implements Serializable {

    private Object writeReplace() {
        return new Form(sequence, firstPosition, rows, Floats.bytes(keys), Floats.bytes(values));
    }

    /** How a block is written. */
    @DefaultSerializer(JavaSerializer.class)
    private record Form(String sequence, long firstPosition, int rows, byte[] keys, byte[] values)
            implements Serializable {

        private Object readResolve() {
            return new PresentBlock(sequence, firstPosition, rows, Floats.of(keys), Floats.of(values));
        }
    }
}
