package foco.driver.result;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.tile.Floats;
import java.io.Serializable;

/**
 * The attention of consecutive positions of one sequence, all heads side by side.
 *
 * @param sequence the sequence's identifier, as a string
 * @param sequenceIndex its place among the sequences, from 0
 * @param firstPosition the position of the first row
 * @param output {@code [rows, heads * valueWidth]} row-major
 * @param lse the log-sum-exp of the scores, natural logarithm, {@code [rows, heads]}; -infinity where a query sees
 *     nothing
 */
@DefaultSerializer(JavaSerializer.class)
public record OutputBlock(String sequence, int sequenceIndex, long firstPosition, int rows, float[] output, float[] lse)
        implements Serializable {

    private Object writeReplace() {
        return new Form(sequence, sequenceIndex, firstPosition, rows, Floats.bytes(output), Floats.bytes(lse));
    }

    /** How a block is written. */
    @DefaultSerializer(JavaSerializer.class)
    private record Form(String sequence, int sequenceIndex, long firstPosition, int rows, byte[] output, byte[] lse)
            implements Serializable {

        private Object readResolve() {
            return new OutputBlock(sequence, sequenceIndex, firstPosition, rows, Floats.of(output), Floats.of(lse));
        }
    }
}
