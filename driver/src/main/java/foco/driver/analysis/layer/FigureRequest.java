package foco.driver.analysis.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.BitSet;

/**
 * What tasks need to know to gather the figures of a layer.
 *
 * @param layer counted from 1
 * @param seen how many keys each query sees
 * @param sections of the map of sections, how many there are
 * @param watched positions whose heaviest queries are wanted
 */
@DefaultSerializer(JavaSerializer.class)
public record FigureRequest(int layer, int[] seen, int sections, BitSet watched) implements Serializable {}
