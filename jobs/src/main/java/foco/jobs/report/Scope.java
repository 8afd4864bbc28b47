package foco.jobs.report;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.Comparator;

/** What a chunk is of: a head, or with head 0 a layer's mean, or with both 0 the mean over all. */
@DefaultSerializer(JavaSerializer.class)
record Scope(int layer, int head) implements Comparable<Scope>, Serializable {

    /** The name of a chunk of it. */
    String chunk(String kind) {
        return ChunkFolder.name(kind, layer, head);
    }

    @Override
    public int compareTo(Scope other) {
        return Comparator.comparingInt(Scope::layer)
                .thenComparingInt(Scope::head)
                .compare(this, other);
    }
}
