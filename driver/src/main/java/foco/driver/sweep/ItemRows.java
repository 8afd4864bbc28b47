package foco.driver.sweep;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.ArrayList;

/**
 * The queries of an item.
 *
 * @param place the item's place in its work
 * @param rows those of each block that it is of, in order
 */
@DefaultSerializer(JavaSerializer.class)
public record ItemRows(int place, ArrayList<QueryRows> rows) implements Serializable {

    /** The queries of an item that is one block. */
    QueryRows whole() {
        if (rows.size() != 1) {
            throw new IllegalStateException("An item of %d blocks is not one block.".formatted(rows.size()));
        }
        return rows.get(0);
    }
}
