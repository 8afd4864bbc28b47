package foco.jobs.encode;

import foco.driver.block.Sequences;
import foco.driver.layer.RowKernel;
import foco.driver.layer.TransformerLayer;
import foco.driver.model.PretrainedModel;
import foco.driver.model.TransformerShape;
import foco.driver.plan.Bytes;
import foco.driver.plan.Counted;
import foco.driver.plan.WorkItems;
import foco.jobs.bench.KernelCase;
import foco.jobs.bench.KernelTimer;
import foco.jobs.bench.Masking;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a model is, and what a text takes.
 *
 * @param tokens of the text
 * @param cores of this machine
 * @param attentionRate 10^9 operations a second of a core, in attention
 * @param layerRate likewise, around it
 * @param layerOperations of one token, around the attention of all layers
 */
public record ModelReport(
        PretrainedModel model, long tokens, int cores, double attentionRate, double layerRate, double layerOperations) {

    private static final int KEYS = 4096;
    private static final double SECONDS = 0.5;
    private static final int ROWS = 768;
    private static final int TURNS = 20;

    /** Measures how fast this machine is. */
    public static ModelReport measured(PretrainedModel model, long tokens) {
        TransformerLayer layer = model.transformer().layer(0, model.weights());
        AttentionSpec spec = layer.attention();
        double attention;
        try (KernelTimer timer = new KernelTimer(1, SECONDS)) {
            attention = timer.time(new KernelCase(spec.keyWidth(), Masking.DENSE, 1, KEYS, KEYS))
                    .gflops();
        }
        RowKernel kernel = new RowKernel();
        float[] hidden = new float[ROWS * model.transformer().shape().width()];
        float[] attended = new float[ROWS * spec.outputRowWidth()];
        RowKernel.Done best = new RowKernel.Done(0, 1);
        for (int turn = 0; turn < TURNS; turn++) {
            layer.project(kernel, hidden, ROWS);
            layer.complete(kernel, hidden, attended, ROWS);
            RowKernel.Done done = kernel.tell();
            best = done.operations() / done.nanos() > best.operations() / best.nanos() ? done : best;
        }
        return new ModelReport(
                model,
                tokens,
                Runtime.getRuntime().availableProcessors(),
                attention,
                best.operations() / best.nanos(),
                best.operations() / ROWS * model.transformer().shape().layers());
    }

    /** For people. */
    public String lines() {
        TransformerShape shape = model.transformer().shape();
        String heads = shape.heads() == shape.keyValueHeads()
                ? Counted.text(shape.heads(), "head")
                : "%s, %d of keys and values".formatted(Counted.text(shape.heads(), "head"), shape.keyValueHeads());
        return String.join(
                System.lineSeparator(),
                "model      %s, %s".formatted(model.name(), shape.family()),
                "layers     %d, width %,d; %s of width %d; feed-forward %,d"
                        .formatted(shape.layers(), shape.width(), heads, shape.headWidth(), shape.feedForward()),
                "words      %,d".formatted(shape.vocabulary()),
                "places     " + places(shape),
                "attention  " + shape.attention(),
                "weights    " + weights(),
                "here       " + here(shape));
    }

    private String weights() {
        long parameters = model.transformer().tensors().parameters();
        long bytes = model.weightBytes();
        return "%,d numbers, %s in memory: %s"
                .formatted(
                        parameters,
                        Bytes.text(bytes),
                        bytes == Float.BYTES * parameters
                                ? "float32"
                                : "matrices in two bytes a number, as in the file, and the rest in float32");
    }

    private static String places(TransformerShape shape) {
        return shape.positions().isPresent()
                ? "%,d, learned; what becomes of longer texts, --positions of foco encode says"
                        .formatted(shape.positions().getAsInt())
                : "no table of them: attention turns queries and keys by their positions";
    }

    private String here(TransformerShape shape) {
        double attention = attentionOperations(shape);
        double layers = layerOperations * tokens;
        double seconds = (attention / attentionRate + layers / layerRate) * 1e-9 / cores;
        // Hidden states before and after, queries, keys and values twice, and what attention gives.
        long rowWidth = 2L * shape.width()
                + 2L * shape.heads() * shape.headWidth()
                + 4L * shape.keyValueHeads() * shape.headWidth();
        return "%,d tokens take about %s on %s (%.0f and %.0f GFLOP/s a core in attention and around it), and %s for their states"
                .formatted(
                        tokens,
                        time(seconds),
                        Counted.text(cores, "core"),
                        attentionRate,
                        layerRate,
                        Bytes.text(Float.BYTES * tokens * rowWidth));
    }

    /** Of what layers see, which in some families is less in some of them. */
    private double attentionOperations(TransformerShape shape) {
        Sequences text = Sequences.of(Map.of("text", tokens));
        Map<Mask, Long> layers = IntStream.range(0, shape.layers())
                .mapToObj(model.transformer()::mask)
                .collect(Collectors.groupingBy(mask -> mask, Collectors.counting()));
        AttentionSpec spec = AttentionSpec.of(shape.heads(), shape.headWidth());
        return layers.entrySet().stream()
                .mapToDouble(layer -> 4.0
                        * shape.headWidth()
                        * WorkItems.of(spec.withMask(layer.getKey()), text, text, KEYS)
                                .pairs()
                        * layer.getValue())
                .sum();
    }

    private static String time(double seconds) {
        return seconds < 60 ? "%.0f s".formatted(seconds) : "%.0f min".formatted(seconds / 60);
    }
}
