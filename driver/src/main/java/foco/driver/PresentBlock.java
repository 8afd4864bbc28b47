package foco.driver;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * Keys and values of consecutive positions of a sequence, the past's among them.
 *
 * @param keys {@code [rows, keyValueHeads * keyWidth]} row-major
 * @param values {@code [rows, keyValueHeads * valueWidth]}
 */
@DefaultSerializer(JavaSerializer.class)
public record PresentBlock(String sequence, long firstPosition, int rows, float[] keys, float[] values)
        implements Serializable {}
