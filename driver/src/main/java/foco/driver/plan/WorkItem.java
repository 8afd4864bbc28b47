package foco.driver.plan;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * A unit of work: the queries of one block in one head, to be swept over all keys of their sequence.
 *
 * @param block the place of the block among all query blocks, in the order of sequences and positions
 * @param pairs the (query, key) pairs that the mask lets through, or about as many: what the item costs
 */
@DefaultSerializer(JavaSerializer.class)
public record WorkItem(int block, int sequence, long firstQuery, int queries, int head, long pairs)
        implements Serializable {}
