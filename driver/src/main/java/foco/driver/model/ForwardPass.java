package foco.driver.model;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.block.BlockLayout;
import foco.driver.block.InvalidInputException;
import foco.driver.block.RowFunction;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.layer.RowKernel;
import foco.driver.layer.TokenEmbedding;
import foco.driver.layer.TransformerLayer;
import foco.driver.metrics.JobLabel;
import foco.driver.plan.Cluster;
import foco.driver.plan.WorkItems;
import foco.driver.settings.FocoConf;
import foco.driver.settings.StrategyKind;
import foco.driver.shared.Shared;
import foco.driver.text.TokenSequence;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Norm;
import foco.kernels.machine.Kernels;
import foco.kernels.tile.KeyValueType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A model's layers over sequences of tokens, one after another. The blocks of a sequence stay where they are from the first
 * layer to the last: what looks at one token at a time is computed there, and attention is the one exchange between them, by
 * whatever strategy suits. Each layer's weights are read once and go to each executor once.
 */
public final class ForwardPass {

    /** The column of hidden states. */
    public static final String HIDDEN = "hidden";

    /** From so many on, cores end about together though each has whole sequences. */
    private static final int SEQUENCES_PER_CORE = 4;

    private final SparkContext context;
    private final FocoConf conf;
    private final PretrainedModel model;
    private final List<TokenSequence> sequences;
    private final Sequences named;
    private final RowMeter meter;
    private final Optional<String> checkpointFolder;
    private Optional<ForwardCheckpoint> checkpoint = Optional.empty();

    /** Who is told of hidden states, as they are computed. */
    public interface Listener {

        /**
         * Hidden states, to be read before this returns.
         *
         * @param layer the layers that are below: 0 for the embedding, and for the last that of the model's result
         * @param hidden with the column {@link #HIDDEN}; sequences are named by their numbers
         */
        void hidden(int layer, TokenBlocks hidden);

        /**
         * The attention of a layer, to be read before this returns.
         *
         * @param layer counted from 0
         * @param projected with the columns {@code query}, {@code key} and {@code value}
         */
        default void attention(int layer, TokenBlocks projected, AttentionResult result) {}
    }

    /** @param sequences in any number, of any lengths; none empty */
    public ForwardPass(SparkContext context, FocoConf conf, PretrainedModel model, List<TokenSequence> sequences) {
        this(context, conf, model, sequences, Optional.empty());
    }

    private ForwardPass(
            SparkContext context,
            FocoConf conf,
            PretrainedModel model,
            List<TokenSequence> sequences,
            Optional<String> checkpointFolder) {
        if (sequences.isEmpty()) {
            throw new InvalidInputException("There is no text; give one or more");
        }
        this.context = context;
        this.conf = conf;
        this.model = model;
        this.sequences = List.copyOf(sequences);
        this.named = named(sequences);
        this.meter = RowMeter.of(context);
        this.checkpointFolder = checkpointFolder;
    }

    /**
     * The same, with finished layers kept in files, and finished parts of the layer that is being computed. If it is ended by
     * whatever, the next pass of the same model over the same tokens, with the same folder, goes on where it was; the bits
     * are the same. The files stay until {@link #deleteCheckpoint}.
     *
     * @param folder new, empty, or with the checkpoint of this computation, in any file system that Hadoop knows and every
     *     executor reaches
     */
    public ForwardPass withCheckpoint(String folder) {
        return new ForwardPass(context, conf, model, sequences, Optional.of(folder));
    }

    /** Removes the checkpoint, if there is one: to be called when what the listener was told of is in its place. */
    public void deleteCheckpoint() {
        checkpoint.ifPresent(ForwardCheckpoint::delete);
        checkpoint = Optional.empty();
    }

    /**
     * Computes all layers.
     *
     * @param hidden the numbers of the hidden states that the listener is told of: 0 to the number of layers
     * @param attention the numbers of the layers whose attention it is told of
     * @throws InvalidInputException if hidden states overflow
     */
    public ForwardSummary run(Set<Integer> hidden, Set<Integer> attention, Listener listener) {
        long start = System.nanoTime();
        if (attention.isEmpty() && checkpointFolder.isEmpty() && areShort()) {
            return ofShort(hidden, listener, start);
        }
        checkpoint = checkpointFolder.map(folder -> ForwardCheckpoint.open(folder, context, conf, model, sequences));
        try (Running running = new Running(hidden, attention, listener)) {
            int layers = model.transformer().shape().layers();
            int first = running.first(layers);
            TokenBlocks states = running.below(first);
            for (int l = first; l < layers; l++) {
                try (JobLabel label = JobLabel.of(context, "layer %d of %d", l + 1, layers)) {
                    states = running.layer(l, states);
                }
            }
            running.last(states, layers);
            return summary(
                    (System.nanoTime() - start) * 1e-9,
                    running.attentionOperations,
                    running.attentionSeconds,
                    running.kernel);
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            checkpoint.ifPresent(ForwardCheckpoint::close);
            throw e;
        }
    }

    /**
     * Whether there are sequences enough for all cores, none of which needs more than a block, and the whole model fits beside
     * them: then each task takes its own through all layers.
     */
    private boolean areShort() {
        Cluster cluster = Cluster.of(JavaSparkContext.fromSparkContext(context));
        boolean wanted = conf.strategy() == StrategyKind.BY_SEQUENCE
                || conf.strategy() == StrategyKind.AUTO && sequences.size() >= SEQUENCES_PER_CORE * cluster.slots();
        long bytes = Float.BYTES * model.transformer().tensors().parameters();
        return wanted
                && conf.keyValueType() == KeyValueType.FLOAT32
                && bytes <= cluster.blockRoom() / 2
                && sequences.stream().allMatch(sequence -> sequence.length() <= conf.blockRows());
    }

    private ForwardSummary ofShort(Set<Integer> hidden, Listener listener, long start) {
        Transformer transformer = model.transformer();
        int count = transformer.shape().layers();
        List<TransformerLayer> layers = IntStream.range(0, count)
                .mapToObj(l -> transformer.layer(l, model.weights()))
                .toList();
        double operations = layers.stream()
                .map(TransformerLayer::attention)
                .mapToDouble(spec -> 2.0
                        * (spec.keyWidth() + spec.valueWidth())
                        * WorkItems.of(spec, named, named, conf.blockRows()).pairs())
                .sum();
        boolean[] wanted = new boolean[count + 1];
        hidden.forEach(layer -> wanted[layer] = true);
        TextBatches.Model parts = new TextBatches.Model(
                transformer.embedding(model.weights()),
                new ArrayList<>(layers),
                new ArrayList<>(transformer.lastNorm(model.weights()).stream().toList()));
        RowMeter counts = meter;
        List<VectorColumn> made = hidden.stream()
                .sorted()
                .map(layer -> new VectorColumn(
                        HIDDEN + "." + layer, 1, transformer.shape().width()))
                .toList();
        try (Shared<TextBatches.Model> shared = Shared.of(context, parts);
                TokenBlocks states = TokenBlocks.checked(
                                context,
                                conf,
                                named,
                                TokenBlocks.NUMBERS,
                                made,
                                false,
                                ids().mapPartitions(tokens -> new TextBatches(tokens, shared.value(), wanted, counts)),
                                () -> {})
                        .keptAlone("hidden states")) {
            states.compute("%d layers".formatted(count));
            int column = 0;
            for (int layer : hidden.stream().sorted().toList()) {
                int its = column++;
                listener.hidden(layer, states.map(hiddenColumn(), block -> new float[][] {block.columns()[its]}));
            }
        }
        int cores = Cluster.of(JavaSparkContext.fromSparkContext(context)).slots();
        return summary(
                (System.nanoTime() - start) * 1e-9,
                operations,
                meter.attentionSeconds() / cores,
                "%s, text by text"
                        .formatted(Kernels.create(layers.get(0).attention()).name()));
    }

    private ForwardSummary summary(double seconds, double attentionOperations, double attentionSeconds, String kernel) {
        return new ForwardSummary(
                sequences.stream().mapToLong(TokenSequence::length).sum(),
                sequences.size(),
                seconds,
                attentionOperations,
                attentionSeconds,
                meter.operations(),
                meter.seconds(),
                kernel);
    }

    /** What is on the cluster while layers are computed. */
    private final class Running implements AutoCloseable {

        private final Set<Integer> hidden;
        private final Set<Integer> attention;
        private final Listener listener;
        private final List<Shared<?>> weights = new ArrayList<>();
        private final Deque<AutoCloseable> before = new ArrayDeque<>();
        private final List<AttentionResult> results = new ArrayList<>();
        private Optional<Shared<TokenEmbedding>> embedding = Optional.empty();
        private double attentionSeconds;
        private double attentionOperations;
        private String kernel = "";

        Running(Set<Integer> hidden, Set<Integer> attention, Listener listener) {
            this.hidden = hidden;
            this.attention = attention;
            this.listener = listener;
        }

        <T> Shared<T> share(T value) {
            Shared<T> shared = Shared.of(context, value);
            weights.add(shared);
            return shared;
        }

        Shared<TokenEmbedding> embedding() {
            if (embedding.isEmpty()) {
                embedding = Optional.of(share(model.transformer().embedding(model.weights())));
            }
            return embedding.get();
        }

        /** The layer to begin with; what the listener would have been told of by those that are done, it is told of now. */
        int first(int layers) {
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
        TokenBlocks below(int layer) {
            if (layer == 0) {
                return kept(embedded(this), 0);
            }
            int partitions = BlockLayout.of(named, conf.blockRows()).partitions();
            return kept(blocks(checkpoint.orElseThrow().read(layer, partitions)), layer);
        }

        private TokenBlocks kept(TokenBlocks states, int layer) {
            return states.keptAlone("hidden states " + layer);
        }

        TokenBlocks layer(int index, TokenBlocks states) {
            Attended attended = attend(index, states);
            TokenBlocks made =
                    states.beside(attended.result.tokens()).mapRows(hiddenColumn(), complete(attended.layer));
            if (checkpoint.isEmpty()) {
                before.add(states);
                before.add(attended.result);
                return kept(made, index + 1);
            }
            checkpoint.get().write(index + 1, made, "feed-forward");
            attended.result.close();
            states.close();
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
            TokenBlocks projected =
                    states.mapRows(columns(spec), project(layer)).kept("queries, keys and values");
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
            kernel = result.summary().kernel();
            if (attention.contains(index)) {
                listener.attention(index, projected, result);
            }
            projected.close();
            return new Attended(layer, result);
        }

        void last(TokenBlocks states, int layers) {
            Optional<Norm> norm = model.transformer().lastNorm(model.weights());
            TokenBlocks result = states;
            if (norm.isPresent()) {
                Shared<Norm> shared = share(norm.get());
                result = kept(states.mapRows(hiddenColumn(), normalize(shared)), layers);
                before.add(states);
            }
            result.compute("layer %d of %d: feed-forward".formatted(layers, layers));
            computed(result, layers);
            result.close();
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
            } else if (made instanceof AttentionResult result) {
                // If an executor is lost, its blocks are computed again from the first layer on.
                result.release();
            }
        }

        @Override
        public void close() {
            results.forEach(AttentionResult::close);
            weights.forEach(Shared::close);
        }
    }

    /** By their numbers. */
    private static Sequences named(List<TokenSequence> sequences) {
        Map<String, Long> lengths = new LinkedHashMap<>();
        for (int s = 0; s < sequences.size(); s++) {
            lengths.put(String.valueOf(s), (long) sequences.get(s).length());
        }
        return Sequences.of(lengths, Sequences.Order.NUMBERS);
    }

    private TokenBlocks embedded(Running running) {
        Shared<TokenEmbedding> shared = running.embedding();
        RowMeter counts = meter;
        JavaRDD<TokenBlock> blocks = ids().mapPartitions(tokens -> {
            RowKernel kernel = new RowKernel();
            Iterable<TokenIds> all = () -> tokens;
            return StreamSupport.stream(all.spliterator(), false)
                    .map(some -> {
                        float[] vectors = shared.value().embed(kernel, some.ids(), some.places());
                        counts.add(kernel);
                        return new TokenBlock(some.sequence(), some.firstPosition(), some.ids().length, vectors);
                    })
                    .iterator();
        });
        return blocks(blocks);
    }

    private TokenBlocks blocks(JavaRDD<TokenBlock> blocks) {
        return TokenBlocks.checked(context, conf, named, TokenBlocks.NUMBERS, hiddenColumn(), false, blocks, () -> {});
    }

    /** The tokens in the partitions of their layout: each goes where it is wanted with the task. */
    private JavaRDD<TokenIds> ids() {
        BlockLayout layout = BlockLayout.of(named, conf.blockRows());
        List<List<TokenIds>> partitions = IntStream.range(0, layout.partitions())
                .mapToObj(p -> IntStream.range(layout.firstBlock(p), layout.firstBlock(p + 1))
                        .mapToObj(block -> ids(layout, block))
                        .toList())
                .toList();
        return JavaSparkContext.fromSparkContext(context)
                .parallelize(partitions, partitions.size())
                .flatMap(List::iterator);
    }

    private TokenIds ids(BlockLayout layout, int block) {
        TokenSequence sequence = sequences.get(layout.sequence(block));
        int from = Math.toIntExact(layout.firstPosition(block));
        int to = from + layout.rows(block);
        return new TokenIds(
                String.valueOf(layout.sequence(block)),
                from,
                Arrays.copyOfRange(sequence.ids(), from, to),
                Arrays.copyOfRange(sequence.places(), from, to));
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

    private List<VectorColumn> hiddenColumn() {
        return List.of(new VectorColumn(HIDDEN, 1, model.transformer().shape().width()));
    }

    private static List<VectorColumn> columns(AttentionSpec spec) {
        return List.of(
                new VectorColumn("query", spec.heads(), spec.keyWidth()),
                new VectorColumn("key", spec.keyValueHeads(), spec.keyWidth()),
                new VectorColumn("value", spec.keyValueHeads(), spec.valueWidth()));
    }
}
