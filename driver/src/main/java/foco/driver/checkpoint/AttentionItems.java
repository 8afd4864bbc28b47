package foco.driver.checkpoint;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.sweep.HeadOutput;
import java.nio.ByteBuffer;

/**
 * Attention in a checkpoint: the output, {@code rows * width} floats, then the log-sum-exps, {@code rows} floats.
 *
 * @param width of the values of a head
 */
@DefaultSerializer(JavaSerializer.class)
public record AttentionItems(int width) implements ItemForm<HeadOutput> {

    @Override
    public int head(HeadOutput outcome) {
        return outcome.head();
    }

    @Override
    public byte[] write(HeadOutput outcome) {
        int numbers = outcome.output().length + outcome.lse().length;
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, numbers));
        bytes.asFloatBuffer().put(outcome.output()).put(outcome.lse());
        return bytes.array();
    }

    @Override
    public HeadOutput read(int head, byte[] bytes) {
        int rows = bytes.length / Float.BYTES / (width + 1);
        float[] output = new float[rows * width];
        float[] lse = new float[rows];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(output).get(lse);
        return new HeadOutput(head, output, lse);
    }
}
