package foco.driver.block;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * A column of vectors that a table must have.
 *
 * @param name "query", "key", "value" or "embedding"
 * @param heads how many heads stand side by side in a vector
 * @param width the width of one of them
 */
@DefaultSerializer(JavaSerializer.class)
public record VectorColumn(String name, int heads, int width) implements Serializable {

    /** The elements of a vector. */
    public int elements() {
        return heads * width;
    }
}
