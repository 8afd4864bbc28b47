package foco.driver.analysis.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.Comparator;

/**
 * A link across the text.
 *
 * @param layer counted from 1
 * @param head counted from 1
 */
@DefaultSerializer(JavaSerializer.class)
public record Link(int layer, int head, int query, int key, float weight) implements Serializable {

    /** The strongest first; of those alike by layers, heads, queries and keys. */
    public static final Comparator<Link> ORDER = Comparator.comparingDouble(Link::weight)
            .reversed()
            .thenComparingInt(Link::layer)
            .thenComparingInt(Link::head)
            .thenComparingInt(Link::query)
            .thenComparingInt(Link::key);
}
