package foco.driver.model;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.InvalidInputException;
import foco.driver.block.TokenBlock;
import foco.driver.cluster.SparkInternals;
import foco.driver.layer.RowKernel;
import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.driver.sweep.WholeSequence;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Norm;
import foco.kernels.dense.RotaryEmbedding;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.TaskContext;

/**
 * All layers over sequences that are one block each, some of them at a time, in the task where they are: nothing is exchanged,
 * and nothing is kept between layers. The bits are those of a {@link ForwardPass} layer by layer.
 */
final class TextBatches implements Iterator<TokenBlock> {

    /** Rows from which on more would not make matrix products faster. */
    private static final int ENOUGH_ROWS = 768;

    private final Iterator<TokenIds> tokens;
    private final Model model;
    private final boolean[] wanted;
    private final RowMeter meter;
    private final RowKernel kernel = new RowKernel();
    private final WholeSequence attention = new WholeSequence();
    private final Queue<TokenBlock> done = new ArrayDeque<>();

    /**
     * All parts of a model.
     *
     * @param lastNorm one, or none
     */
    @DefaultSerializer(JavaSerializer.class)
    record Model(TokenEmbedding embedding, ArrayList<TransformerLayer> layers, ArrayList<Norm> lastNorm)
            implements Serializable {}

    /** @param wanted whether hidden states are, by the layers that are below them */
    TextBatches(Iterator<TokenIds> tokens, Model model, boolean[] wanted, RowMeter meter) {
        this.tokens = tokens;
        this.model = model;
        this.wanted = wanted;
        this.meter = meter;
    }

    @Override
    public boolean hasNext() {
        return !done.isEmpty() || tokens.hasNext();
    }

    @Override
    public TokenBlock next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (done.isEmpty()) {
            compute();
        }
        return done.remove();
    }

    private void compute() {
        List<TokenIds> batch = new ArrayList<>();
        int rows = 0;
        while (rows < ENOUGH_ROWS && tokens.hasNext()) {
            TokenIds next = tokens.next();
            batch.add(next);
            rows += next.ids().length;
        }
        List<float[]> states = states(batch, rows);
        meter.add(kernel);
        int width = model.embedding().width();
        int from = 0;
        for (TokenIds sequence : batch) {
            int first = from * width;
            int end = first + sequence.ids().length * width;
            done.add(new TokenBlock(
                    sequence.sequence(),
                    0,
                    sequence.ids().length,
                    states.stream()
                            .map(all -> Arrays.copyOfRange(all, first, end))
                            .toArray(float[][]::new)));
            from += sequence.ids().length;
        }
    }

    /** The hidden states that are wanted, {@code [rows, width]} each. */
    private List<float[]> states(List<TokenIds> batch, int rows) {
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
        meter.attended(System.nanoTime() - start);
        return output;
    }

    private static void turn(RotaryEmbedding rotary, AttentionSpec spec, float[][] projected, int first, int length) {
        for (int i = 0; i < length; i++) {
            int row = first + i;
            rotary.rotate(projected[0], row * spec.queryRowWidth(), spec.heads(), spec.keyWidth(), i);
            rotary.rotate(projected[1], row * spec.keyRowWidth(), spec.keyValueHeads(), spec.keyWidth(), i);
        }
    }

    private static void requireFinite(TokenIds sequence, float[] output, int from, int count) {
        float sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += output[i] * 0;
        }
        // 0 unless one is infinite or no number.
        if (sum != 0) {
            throw new InvalidInputException(
                    "The scores of sequence %s overflow float32; look whether the model's weights are whole."
                            .formatted(sequence.sequence()));
        }
    }
}
