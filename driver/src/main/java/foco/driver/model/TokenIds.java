package foco.driver.model;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/** Consecutive tokens of a sequence, as the embedding takes them. */
@DefaultSerializer(JavaSerializer.class)
record TokenIds(String sequence, long firstPosition, int[] ids, float[] places) implements Serializable {}
