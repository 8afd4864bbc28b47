package foco.driver.sweep;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.Floats;
import java.io.Serializable;

/**
 * The attention of one block of queries in one head.
 *
 * @param output {@code [queries, valueWidth]} row-major
 * @param lse one a query, natural logarithm
 */
@DefaultSerializer(JavaSerializer.class)
public record HeadOutput(int head, float[] output, float[] lse) implements Serializable {

    /** The bytes of the attention of {@code rows} queries. */
    static long bytes(int rows, int valueWidth) {
        return (long) Float.BYTES * rows * (valueWidth + 1);
    }

    /** The attention of queries that have seen all their keys. */
    public static HeadOutput of(int head, SoftmaxState state) {
        float[] output = new float[state.rows() * state.valueWidth()];
        float[] lse = new float[state.rows()];
        state.finish(output, 0, state.valueWidth());
        for (int i = 0; i < lse.length; i++) {
            lse[i] = state.logSumExp(i);
        }
        return new HeadOutput(head, output, lse);
    }

    private Object writeReplace() {
        return new Form(head, Floats.bytes(output), Floats.bytes(lse));
    }

    /** How an output is written. */
    @DefaultSerializer(JavaSerializer.class)
    private record Form(int head, byte[] output, byte[] lse) implements Serializable {

        private Object readResolve() {
            return new HeadOutput(head, Floats.of(output), Floats.of(lse));
        }
    }
}
