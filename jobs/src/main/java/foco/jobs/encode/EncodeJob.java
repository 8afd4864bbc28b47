package foco.jobs.encode;

import foco.driver.AttentionResult;
import foco.driver.block.InvalidInputException;
import foco.driver.block.TokenBlocks;
import foco.driver.file.ArrayTarget;
import foco.driver.file.ArrayWriter;
import foco.driver.file.FileFormats;
import foco.driver.file.HeadLayout;
import foco.driver.model.ForwardPass;
import foco.driver.model.ForwardSummary;
import foco.driver.model.Pooling;
import foco.driver.model.PretrainedModel;
import foco.driver.model.StateRows;
import foco.driver.model.TransformerShape;
import foco.driver.result.OutputBlock;
import foco.driver.settings.FocoConf;
import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import foco.driver.text.Document;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.driver.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;

/** One run of texts through a model: what can be refused is refused before Spark is asked for anything. */
final class EncodeJob {

    private static final List<String> KEPT = List.of("query", "key", "value");
    private static final String LSE = "lse";

    private final PretrainedModel model;
    private final Request request;
    private final Configuration hadoop;
    private final SortedSet<Integer> layers;
    private final StateForm form;
    private final Map<Integer, ArrayTarget> arrays = new TreeMap<>();
    private final Optional<OutputTarget> whole;
    private final Map<String, ArrayTarget> kept = new TreeMap<>();
    private List<Document> documents = List.of();
    private List<TokenSequence> sequences = List.of();

    /**
     * What is wanted.
     *
     * @param output a name whose ending says the form
     * @param layers whose hidden states; none means the last
     * @param pooling how a text becomes one vector, if it does
     * @param checkpoint a folder to go on from
     * @param keep the layers, counted from 1, whose queries, keys, values and log-sum-exp are wanted too
     */
    public record Request(
            String output,
            SortedSet<Integer> layers,
            Optional<Pooling> pooling,
            boolean normalize,
            SortedSet<Integer> keep,
            PositionMode positions,
            Optional<String> checkpoint) {}

    /** @throws InvalidInputException if the model has no such layer, or an output cannot be written */
    public EncodeJob(PretrainedModel model, Request request, Configuration hadoop) throws IOException {
        this.model = model;
        this.request = request;
        this.hadoop = hadoop;
        int last = shape().layers();
        this.layers = request.layers().isEmpty() ? new TreeSet<>(List.of(last)) : request.layers();
        requireLayers("--layers", layers, 0, last);
        requireLayers("--keep", request.keep(), 1, last);
        this.form = StateForm.of(request.output());
        if (request.pooling().isPresent() && form != StateForm.TABLE) {
            arrays.put(layers.first(), ArrayTarget.of(request.output(), "vectors", hadoop));
        } else if (form == StateForm.ARRAYS) {
            for (int layer : layers) {
                String name = layers.size() == 1 ? request.output() : inLayer(layer, "npy");
                arrays.put(layer, ArrayTarget.of(name, "hidden", hadoop));
            }
        }
        this.whole = arrays.isEmpty() ? Optional.of(whole(request.output(), form, hadoop)) : Optional.empty();
        for (int layer : request.keep()) {
            for (String part : List.of("query", "key", "value", LSE)) {
                String name = inLayer(layer, part + ".npy");
                kept.put(name, ArrayTarget.of(name, part, hadoop));
            }
        }
    }

    private static OutputTarget whole(String name, StateForm form, Configuration hadoop) throws IOException {
        return form == StateForm.TENSORS ? OutputTarget.file(name, hadoop) : OutputTarget.newDirectory(name, hadoop);
    }

    private static void requireLayers(String option, SortedSet<Integer> layers, int first, int last) {
        layers.stream()
                .filter(layer -> layer < first || layer > last)
                .findFirst()
                .ifPresent(layer -> {
                    throw new InvalidInputException(
                            "%s %d: the model has layers %d to %d".formatted(option, layer, first, last));
                });
    }

    private TransformerShape shape() {
        return model.transformer().shape();
    }

    private String inLayer(int layer, String ending) {
        return "%s.layer%d.%s".formatted(FileFormats.bare(request.output()), layer, ending);
    }

    /**
     * Cuts the texts into tokens.
     *
     * @throws InvalidInputException if one has none, or more than the model's places and is to be refused
     */
    public void tokenize(List<Document> texts) {
        documents = List.copyOf(texts);
        sequences = model.sequences(documents, request.positions());
        if (!request.keep().isEmpty() && sequences.size() > 1) {
            throw new InvalidInputException(
                    "--keep takes one text whose tokens all attend to each other, and there are %,d; give it alone"
                            .formatted(sequences.size()));
        }
    }

    /** Computes and writes; returns a line for people. */
    public String run(SparkContext context, FocoConf conf) throws IOException {
        ForwardPass plain = new ForwardPass(context, conf, model, sequences);
        ForwardPass pass = request.checkpoint().map(plain::withCheckpoint).orElse(plain);
        try (PendingOutputs outputs = new PendingOutputs(hadoop);
                Results results = results(context, outputs)) {
            ForwardSummary summary;
            try {
                summary = pass.run(layers, keptLayers(), results);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            results.finish();
            outputs.commit();
            pass.deleteCheckpoint();
            return new EncodeReport(model, summary, documents, sequences, request.positions(), request.output())
                    .lines();
        }
    }

    private SortedSet<Integer> keptLayers() {
        return request.keep().stream().map(layer -> layer - 1).collect(Collectors.toCollection(TreeSet::new));
    }

    private Results results(SparkContext context, PendingOutputs outputs) throws IOException {
        KeptRows rows = new KeptRows(sequences);
        return new Results(outputs, rows, output(context, outputs, rows));
    }

    private StateOutput output(SparkContext context, PendingOutputs outputs, KeptRows rows) throws IOException {
        if (request.pooling().isPresent()) {
            return new PooledStates(
                    outputs,
                    Optional.ofNullable(arrays.get(layers.first())),
                    whole,
                    request.pooling().get(),
                    request.normalize(),
                    documents,
                    sequences);
        }
        if (form == StateForm.ARRAYS) {
            return new ArrayStates(outputs, arrays, rows);
        }
        OutputTarget target = whole.orElseThrow();
        if (form == StateForm.TENSORS) {
            return new SafetensorsStates(outputs, target, layers, shape().width(), rows);
        }
        try (Tokenizer tokenizer = model.tokenizer()) {
            return new ParquetStates(
                    context,
                    outputs.directory(target),
                    new StateRows(context, documents, sequences, tokenizer.pieces()));
        }
    }

    /** Writes what a pass tells of. */
    private final class Results implements ForwardPass.Listener, AutoCloseable {

        private final PendingOutputs outputs;
        private final KeptRows rows;
        private final StateOutput states;

        Results(PendingOutputs outputs, KeptRows rows, StateOutput states) {
            this.outputs = outputs;
            this.rows = rows;
            this.states = states;
        }

        @Override
        public void hidden(int layer, TokenBlocks hidden) {
            try {
                states.write(layer, hidden);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void attention(int layer, TokenBlocks projected, AttentionResult result) {
            try {
                for (int c = 0; c < KEPT.size(); c++) {
                    ArrayStates.write(outputs, target(layer, KEPT.get(c)), rows, projected, c);
                }
                writeLse(layer, result);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void writeLse(int layer, AttentionResult result) throws IOException {
            ArrayWriter writer = target(layer, LSE)
                    .vectors(outputs, new HeadLayout(HeadLayout.Form.TOKENS, 1, rows.count(), 1, shape().heads()));
            Iterator<OutputBlock> blocks = result.blocks();
            while (blocks.hasNext()) {
                OutputBlock block = blocks.next();
                writer.write(0, block.firstPosition(), block.rows(), block.lse());
            }
        }

        private ArrayTarget target(int layer, String part) {
            return kept.get(inLayer(layer + 1, part + ".npy"));
        }

        void finish() throws IOException {
            states.finish();
        }

        @Override
        public void close() {
            states.close();
        }
    }
}
