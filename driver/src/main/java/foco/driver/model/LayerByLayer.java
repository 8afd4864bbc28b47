package foco.driver.model;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.block.RowFunction;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.layer.RowKernel;
import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.driver.metrics.JobLabel;
import foco.driver.plan.Cluster;
import foco.driver.shared.Shared;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Norm;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A pass through a model layer by layer, and what is on the cluster during it. The blocks of a sequence stay where they are;
 * attention is the one exchange between them.
 */
final class LayerByLayer implements AutoCloseable {

    private final PassTokens tokens;
    private final SparkContext context;
    private final PretrainedModel model;
    private final RowMeter meter;
    private final Optional<ForwardCheckpoint> checkpoint;
    private final Set<Integer> hidden;
    private final Set<Integer> attention;
    private final ForwardPass.Listener listener;
    private final List<Shared<?>> weights = new ArrayList<>();
    private final Deque<AutoCloseable> before = new ArrayDeque<>();
    private final List<AttentionResult> results = new ArrayList<>();
    private Optional<Shared<TokenEmbedding>> embedding = Optional.empty();
    private double attentionSeconds;
    private double attentionOperations;
    private Optional<String> kernel = Optional.empty();

    LayerByLayer(
            PassTokens tokens,
            PretrainedModel model,
            RowMeter meter,
            Optional<ForwardCheckpoint> checkpoint,
            Set<Integer> hidden,
            Set<Integer> attention,
            ForwardPass.Listener listener) {
        this.tokens = tokens;
        this.context = tokens.context();
        this.model = model;
        this.meter = meter;
        this.checkpoint = checkpoint;
        this.hidden = hidden;
        this.attention = attention;
        this.listener = listener;
    }

    /** Computes all layers up to the last of which something is wanted. */
    void run() {
        int layers = model.transformer().shape().layers();
        int first = first(layers);
        int end = count();
        if (attention.contains(end - 1) && !hidden.contains(end)) {
            if (first < end) {
                attendLast(layers(first, end - 1, end), end - 1);
            }
        } else if (first <= end) {
            TokenBlocks states = layers(first, end, end);
            finish(end == layers ? normalized(states, layers) : states, end);
        }
    }

    /** The layers that are computed, the last one perhaps up to its attention. */
    int count() {
        return ForwardPass.needed(hidden, attention, model.transformer().shape().layers());
    }

    /** The hidden states below layer {@code end}, of those below layer {@code first}; {@code layers} are computed in all. */
    private TokenBlocks layers(int first, int end, int layers) {
        TokenBlocks states = below(first);
        for (int l = first; l < end; l++) {
            try (JobLabel label = JobLabel.of(context, "layer %d of %d", l + 1, layers)) {
                states = layer(l, states);
            }
        }
        return states;
    }

    /** The last attention that is wanted, where nothing of what is made of it is. */
    private void attendLast(TokenBlocks states, int top) {
        try (JobLabel label = JobLabel.of(context, "layer %d of %d", top + 1, top + 1)) {
            attend(top, states);
        }
        states.close();
    }

    double attentionSeconds() {
        return attentionSeconds;
    }

    double attentionOperations() {
        return attentionOperations;
    }

    /** The name of the kernel that computed attention, if any was computed. */
    Optional<String> kernel() {
        return kernel;
    }

    private <T> Shared<T> share(T value) {
        Shared<T> shared = Shared.of(context, value);
        weights.add(shared);
        return shared;
    }

    private Shared<TokenEmbedding> embedding() {
        if (embedding.isEmpty()) {
            embedding = Optional.of(share(model.transformer().embedding(model.weights())));
        }
        return embedding.get();
    }

    /** The layer to begin with; what the listener would have been told of by those that are done, it is told of now. */
    private int first(int layers) {
        if (checkpoint.isEmpty()) {
            return 0;
        }
        int done = IntStream.rangeClosed(1, layers)
                .filter(checkpoint.get()::holds)
                .max()
                .orElse(0);
        for (int l = 0; l < done; l++) {
            if (hidden.contains(l) || attention.contains(l)) {
                tell(l);
            }
        }
        return done;
    }

    private void tell(int layer) {
        try (TokenBlocks states = below(layer)) {
            if (attention.contains(layer)) {
                attend(layer, states);
            } else {
                listener.hidden(layer, states);
            }
        }
    }

    /** The hidden states below a layer, which is the first of all or has been reached before. */
    private TokenBlocks below(int layer) {
        if (layer == 0) {
            return kept(embedded(), 0);
        }
        int partitions = tokens.layout().partitions();
        return kept(tokens.blocks(tokens.hidden(), checkpoint.orElseThrow().read(layer, partitions)), layer);
    }

    private TokenBlocks kept(TokenBlocks states, int layer) {
        return states.keptAlone("hidden states " + layer);
    }

    private TokenBlocks layer(int index, TokenBlocks states) {
        Attended attended = attend(index, states);
        TokenBlocks made = states.beside(attended.result.tokens()).mapRows(tokens.hidden(), complete(attended.layer));
        if (checkpoint.isEmpty()) {
            before.add(states);
            before.add(attended.result);
            before.add(attended.layer);
            return kept(made, index + 1);
        }
        checkpoint.get().write(index + 1, made, "feed-forward");
        attended.result.close();
        states.close();
        attended.layer.close();
        // What the listener is told of has to be there until all is, should this end before.
        if (!attention.contains(index)) {
            checkpoint.get().dropAttention(index);
            if (!hidden.contains(index)) {
                checkpoint.get().dropStates(index);
            }
        }
        return below(index + 1);
    }

    /** The attention of a layer, with the layer. */
    private record Attended(Shared<TransformerLayer> layer, AttentionResult result) {}

    private Attended attend(int index, TokenBlocks states) {
        TransformerLayer made = model.transformer().layer(index, model.weights());
        AttentionSpec spec = made.attention();
        Shared<TransformerLayer> layer = share(made);
        TokenBlocks projected = states.mapRows(columns(spec), project(layer)).kept("queries, keys and values");
        projected.compute("projections");
        computed(states, index);
        long start = System.nanoTime();
        Attention plain = Attention.of(spec);
        Attention turned = made.rotary().map(plain::withRotary).orElse(plain);
        AttentionResult result = checkpoint
                .map(held -> turned.withCheckpoint(held.attention(index)))
                .orElse(turned)
                .attend(projected);
        results.add(result);
        attentionSeconds += (System.nanoTime() - start) * 1e-9;
        attentionOperations += result.summary().plan().operations();
        kernel = Optional.of(result.summary().kernel());
        if (attention.contains(index)) {
            listener.attention(index, projected, result);
        }
        projected.close();
        return new Attended(layer, result);
    }

    /** The hidden states above all layers. */
    private TokenBlocks normalized(TokenBlocks states, int layers) {
        Optional<Norm> norm = model.transformer().lastNorm(model.weights());
        if (norm.isEmpty()) {
            return states;
        }
        before.add(states);
        return kept(states.mapRows(tokens.hidden(), normalize(share(norm.get()))), layers);
    }

    /** The last hidden states that are wanted. */
    private void finish(TokenBlocks states, int top) {
        states.compute(top == 0 ? "embedding" : "layer %d of %d: feed-forward".formatted(top, top));
        computed(states, top);
        states.close();
    }

    /** Hidden states are there, so that what they were made of can go. */
    private void computed(TokenBlocks states, int layer) {
        if (hidden.contains(layer)) {
            listener.hidden(layer, states);
        }
        while (!before.isEmpty()) {
            free(before.remove());
        }
    }

    private void free(AutoCloseable made) {
        if (made instanceof TokenBlocks blocks) {
            blocks.close();
        } else if (made instanceof AttentionResult result && context.isLocal()) {
            result.close();
        } else if (made instanceof Shared<?> layer && context.isLocal()) {
            layer.close();
        } else if (made instanceof AttentionResult result) {
            // If an executor is lost, its blocks are computed again from the first layer on.
            result.release();
        } else if (made instanceof Shared<?> layer && isLarge()) {
            layer.release();
        }
    }

    /** Whether the whole model would not fit in an executor beside what is computed with it. */
    private boolean isLarge() {
        long bytes = model.weightBytes();
        return bytes > Cluster.of(JavaSparkContext.fromSparkContext(context)).blockRoom() / 2;
    }

    @Override
    public void close() {
        results.forEach(AttentionResult::close);
        weights.forEach(Shared::close);
    }

    private TokenBlocks embedded() {
        Shared<TokenEmbedding> shared = embedding();
        RowMeter counts = meter;
        JavaRDD<TokenBlock> blocks = tokens.ids().mapPartitions(some -> {
            RowKernel kernel = new RowKernel();
            Iterable<TokenIds> all = () -> some;
            return StreamSupport.stream(all.spliterator(), false)
                    .map(block -> {
                        float[] vectors = shared.value().embed(kernel, block.ids(), block.places());
                        counts.add(kernel);
                        return new TokenBlock(block.sequence(), block.firstPosition(), block.ids().length, vectors);
                    })
                    .iterator();
        });
        return tokens.blocks(tokens.hidden(), blocks);
    }

    private RowFunction.OfTask project(Shared<TransformerLayer> layer) {
        RowMeter counts = meter;
        return () -> {
            RowKernel kernel = new RowKernel();
            return (columns, rows) -> counts.after(kernel, layer.value().project(kernel, columns[0], rows));
        };
    }

    private RowFunction.OfTask complete(Shared<TransformerLayer> layer) {
        RowMeter counts = meter;
        return () -> {
            RowKernel kernel = new RowKernel();
            return (columns, rows) ->
                    counts.after(kernel, layer.value().complete(kernel, columns[0], columns[1], rows));
        };
    }

    private RowFunction.OfTask normalize(Shared<Norm> norm) {
        RowMeter counts = meter;
        return () -> {
            RowKernel kernel = new RowKernel();
            return (columns, rows) -> counts.after(kernel, kernel.normalized(norm.value(), columns[0]));
        };
    }

    private static List<VectorColumn> columns(AttentionSpec spec) {
        return List.of(
                new VectorColumn("query", spec.heads(), spec.keyWidth()),
                new VectorColumn("key", spec.keyValueHeads(), spec.keyWidth()),
                new VectorColumn("value", spec.keyValueHeads(), spec.valueWidth()));
    }
}
