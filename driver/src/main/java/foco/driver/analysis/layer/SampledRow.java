package foco.driver.analysis.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.Comparator;

/**
 * All weights of a query in one head.
 *
 * @param layer counted from 1
 * @param head counted from 1
 */
@DefaultSerializer(JavaSerializer.class)
public record SampledRow(int layer, int head, int position, float[] weights) implements Serializable {

    /** By layers, then by heads. */
    public static final Comparator<SampledRow> ORDER =
            Comparator.comparingInt(SampledRow::layer).thenComparingInt(SampledRow::head);
}
