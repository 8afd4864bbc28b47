package foco.driver.model;

import foco.driver.AttentionResult;
import foco.driver.block.InvalidInputException;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.layer.TransformerLayer;
import foco.driver.plan.Cluster;
import foco.driver.plan.WorkItems;
import foco.driver.settings.FocoConf;
import foco.driver.settings.StrategyKind;
import foco.driver.shared.Shared;
import foco.driver.text.TokenSequence;
import foco.kernels.machine.Kernels;
import foco.kernels.tile.KeyValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
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

    private final PassTokens tokens;
    private final SparkContext context;
    private final FocoConf conf;
    private final PretrainedModel model;
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
        this(PassTokens.of(context, conf, sequences, model.transformer().shape().width()), model, Optional.empty());
    }

    private ForwardPass(PassTokens tokens, PretrainedModel model, Optional<String> checkpointFolder) {
        this.tokens = tokens;
        this.context = tokens.context();
        this.conf = tokens.conf();
        this.model = model;
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
        return new ForwardPass(tokens, model, Optional.of(folder));
    }

    /** Removes the checkpoint, if there is one: to be called when what the listener was told of is in its place. */
    public void deleteCheckpoint() {
        checkpoint.ifPresent(ForwardCheckpoint::delete);
        checkpoint = Optional.empty();
    }

    /**
     * Computes the layers up to the last of which something is wanted; all of them where nothing is.
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
        checkpoint = checkpointFolder.map(
                folder -> ForwardCheckpoint.open(folder, context, conf, model, tokens.sequences()));
        try (LayerByLayer layers = new LayerByLayer(tokens, model, meter, checkpoint, hidden, attention, listener)) {
            layers.run();
            return summary(
                    (System.nanoTime() - start) * 1e-9,
                    layers.count(),
                    layers.attentionOperations(),
                    layers.attentionSeconds(),
                    layers.kernel().orElseGet(this::kernel));
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            checkpoint.ifPresent(ForwardCheckpoint::close);
            throw e;
        }
    }

    /** The name of the kernel that computes attention here. */
    private String kernel() {
        return Kernels.create(model.transformer().layer(0, model.weights()).attention())
                .name();
    }

    /** How many layers have to be computed, the last one perhaps up to its attention, of {@code all}. */
    static int needed(Set<Integer> hidden, Set<Integer> attention, int all) {
        return IntStream.concat(
                        hidden.stream().mapToInt(Integer::intValue),
                        attention.stream().mapToInt(layer -> layer + 1))
                .max()
                .orElse(all);
    }

    /**
     * Whether there are sequences enough for all cores, none of which needs more than a block, and the whole model fits beside
     * them: then each task takes its own through all layers.
     */
    private boolean areShort() {
        Cluster cluster = Cluster.of(JavaSparkContext.fromSparkContext(context));
        boolean wanted = conf.strategy() == StrategyKind.BY_SEQUENCE
                || conf.strategy() == StrategyKind.AUTO
                        && tokens.sequences().size() >= SEQUENCES_PER_CORE * cluster.slots();
        long bytes = model.weightBytes();
        return wanted
                && conf.keyValueType() == KeyValueType.FLOAT32
                && bytes <= cluster.blockRoom() / 2
                && tokens.sequences().stream().allMatch(sequence -> sequence.length() <= conf.blockRows());
    }

    private ForwardSummary ofShort(Set<Integer> hidden, Listener listener, long start) {
        Transformer transformer = model.transformer();
        int all = transformer.shape().layers();
        int count = needed(hidden, Set.of(), all);
        List<TransformerLayer> layers = IntStream.range(0, count)
                .mapToObj(l -> transformer.layer(l, model.weights()))
                .toList();
        double operations = layers.stream()
                .map(TransformerLayer::attention)
                .mapToDouble(spec -> 2.0
                        * (spec.keyWidth() + spec.valueWidth())
                        * WorkItems.of(spec, tokens.named(), tokens.named(), conf.blockRows())
                                .pairs())
                .sum();
        boolean[] wanted = new boolean[count + 1];
        hidden.forEach(layer -> wanted[layer] = true);
        BatchPass.Model parts = new BatchPass.Model(
                transformer.embedding(model.weights()),
                new ArrayList<>(layers),
                count < all
                        ? new ArrayList<>()
                        : new ArrayList<>(
                                transformer.lastNorm(model.weights()).stream().toList()));
        RowMeter counts = meter;
        List<VectorColumn> made = hidden.stream()
                .sorted()
                .map(layer -> new VectorColumn(
                        HIDDEN + "." + layer, 1, transformer.shape().width()))
                .toList();
        try (Shared<BatchPass.Model> shared = Shared.of(context, parts);
                TokenBlocks states = tokens.blocks(
                                made,
                                tokens.ids()
                                        .mapPartitions(some -> new TextBatches(some, shared.value(), wanted, counts)))
                        .keptAlone("hidden states")) {
            states.compute("%d layers".formatted(count));
            int column = 0;
            for (int layer : hidden.stream().sorted().toList()) {
                int its = column++;
                listener.hidden(layer, states.map(tokens.hidden(), block -> new float[][] {block.columns()[its]}));
            }
        }
        int cores = Cluster.of(JavaSparkContext.fromSparkContext(context)).slots();
        return summary(
                (System.nanoTime() - start) * 1e-9,
                count,
                operations,
                meter.attentionSeconds() / cores,
                kernel() + ", text by text");
    }

    private ForwardSummary summary(
            double seconds, int layers, double attentionOperations, double attentionSeconds, String kernel) {
        return new ForwardSummary(
                tokens.sequences().stream().mapToLong(TokenSequence::length).sum(),
                tokens.sequences().size(),
                layers,
                seconds,
                attentionOperations,
                attentionSeconds,
                meter.operations(),
                meter.seconds(),
                kernel);
    }
}
