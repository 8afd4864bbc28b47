package foco.driver.strategy;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.sweep.Sweep;
import foco.kernels.AttentionSpec;
import java.io.Serializable;
import java.util.List;

/**
 * What goes to each executor once.
 *
 * @param specs what to compute for each sequence of the queries
 * @param sweep what to do with each item
 */
@DefaultSerializer(JavaSerializer.class)
record SharedWork<T>(List<AttentionSpec> specs, Sweep<T> sweep) implements Serializable {}
