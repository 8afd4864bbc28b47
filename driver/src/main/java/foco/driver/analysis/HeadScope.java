package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * What a result is of: one head of one sequence.
 *
 * @param head counted from 0
 * @param queries how many the sequence has
 * @param keys how many it has
 * @param shift where query 0 stands among the keys: the tokens of a past, 0 without one
 */
@DefaultSerializer(JavaSerializer.class)
public record HeadScope(int head, long queries, long keys, long shift) implements Serializable {

    /** The same of another head. */
    HeadScope of(int other) {
        return new HeadScope(other, queries, keys, shift);
    }

    /** The farthest that a key can be from a query. */
    public long farthest() {
        return Math.max(Math.abs(queries - 1 + shift), Math.max(Math.abs(keys - 1 - shift), 0));
    }
}
