package foco.driver.model;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.InvalidInputException;
import foco.driver.cluster.SparkInternals;
import foco.driver.layer.RowKernel;
import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.driver.sweep.WholeSequence;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Norm;
import foco.kernels.dense.RotaryEmbedding;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;

/**
 * A model's layers over sequences that are one block each, several side by side in one thread: nothing is exchanged, and
 * nothing is kept between layers. The bits are those of a {@link ForwardPass} layer by layer.
 */
final class BatchPass {

    /** The bits of infinity; those of what is no number are above. */
    private static final int INFINITE = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

    private final Model model;
    private final boolean[] wanted;
    private final RowKernel kernel = new RowKernel();
    private final WholeSequence attention = new WholeSequence();
    private long attentionNanos;

    /**
     * All parts of a model.
     *
     * @param lastNorm one, or none
     */
    @DefaultSerializer(JavaSerializer.class)
    record Model(TokenEmbedding embedding, ArrayList<TransformerLayer> layers, ArrayList<Norm> lastNorm)
            implements Serializable {}

    /** @param wanted whether hidden states are, by the layers that are below them */
    BatchPass(Model model, boolean[] wanted) {
        this.model = model;
        this.wanted = wanted;
    }

    /** What computes the layers around attention. */
    RowKernel kernel() {
        return kernel;
    }

    /** The elements of a hidden state. */
    int width() {
        return model.embedding().width();
    }

    /** The time in attention since this was last called. */
    long takeAttentionNanos() {
        long nanos = attentionNanos;
        attentionNanos = 0;
        return nanos;
    }

    /** The hidden states that are wanted, {@code [rows, width]} each. */
    List<float[]> states(List<TokenIds> batch, int rows) {
        int[] ids = new int[rows];
        float[] places = new float[rows];
        int from = 0;
        for (TokenIds sequence : batch) {
            System.arraycopy(sequence.ids(), 0, ids, from, sequence.ids().length);
            System.arraycopy(sequence.places(), 0, places, from, sequence.places().length);
            from += sequence.ids().length;
        }
        List<float[]> states = new ArrayList<>();
        float[] hidden = model.embedding().embed(kernel, ids, places);
        for (int l = 0; l < model.layers().size(); l++) {
            if (wanted[l]) {
                states.add(hidden);
            }
            if (TaskContext.get() != null) {
                SparkInternals.endIfKilled(TaskContext.get());
            }
            TransformerLayer layer = model.layers().get(l);
            float[] attended = attend(layer, batch, layer.project(kernel, hidden, rows), rows);
            hidden = layer.complete(kernel, hidden, attended, rows);
        }
        if (wanted[model.layers().size()]) {
            states.add(
                    model.lastNorm().isEmpty()
                            ? hidden
                            : kernel.normalized(model.lastNorm().get(0), hidden));
        }
        return states;
    }

    private float[] attend(TransformerLayer layer, List<TokenIds> batch, float[][] projected, int rows) {
        long start = System.nanoTime();
        AttentionSpec spec = layer.attention();
        float[] output = new float[rows * spec.outputRowWidth()];
        int from = 0;
        for (TokenIds sequence : batch) {
            int length = sequence.ids().length;
            int first = from;
            layer.rotary().ifPresent(rotary -> turn(rotary.forLength(length), spec, projected, first, length));
            attention.attend(spec.forSequence(sequence.sequence(), length, length), projected, first, length, output);
            requireFinite(sequence, output, first * spec.outputRowWidth(), length * spec.outputRowWidth());
            from += length;
        }
        attentionNanos += System.nanoTime() - start;
        return output;
    }

    static void turn(RotaryEmbedding rotary, AttentionSpec spec, float[][] projected, int first, int length) {
        for (int i = 0; i < length; i++) {
            int row = first + i;
            rotary.rotate(projected[0], row * spec.queryRowWidth(), spec.heads(), spec.keyWidth(), i);
            rotary.rotate(projected[1], row * spec.keyRowWidth(), spec.keyValueHeads(), spec.keyWidth(), i);
        }
    }

    private static void requireFinite(TokenIds sequence, float[] output, int from, int count) {
        int largest = 0;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, Float.floatToRawIntBits(output[i]) & Integer.MAX_VALUE);
        }
        if (largest >= INFINITE) {
            throw new InvalidInputException(
                    "The scores of sequence %s overflow float32; look whether the model's weights are whole."
                            .formatted(sequence.sequence()));
        }
    }
}
