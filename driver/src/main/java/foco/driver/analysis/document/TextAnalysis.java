package foco.driver.analysis.document;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.block.InvalidInputException;
import foco.driver.block.TokenBlocks;
import foco.driver.layer.TransformerLayer;
import foco.driver.model.ForwardPass;
import foco.driver.model.PretrainedModel;
import foco.driver.model.TransformerShape;
import foco.driver.settings.FocoConf;
import foco.driver.text.Document;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.driver.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** The analysis of a text, layer by layer as it goes through a model. */
public final class TextAnalysis {

    private static final int TITLE = 80;

    private final PretrainedModel model;
    private final TokenSequence sequence;
    private final DocumentAnalysis analysis;

    /**
     * Cuts the text into tokens, and checks all that can be without computing.
     *
     * @param mode what to do with a text of more tokens than the model has learned places for; not windows
     * @param output the folder of tables
     * @param version of Foco
     * @param options as they were given, for {@code analysis.json}
     * @throws InvalidInputException if the text is not one sequence, or as {@link DocumentAnalysis} does
     */
    public TextAnalysis(
            PretrainedModel model,
            Document text,
            PositionMode mode,
            AnalysisRequest request,
            String output,
            String version,
            Map<String, String> options,
            Configuration hadoop)
            throws IOException {
        this.model = model;
        List<TokenSequence> sequences = model.sequences(List.of(text), mode);
        if (sequences.size() != 1) {
            throw new InvalidInputException(
                    "%s makes %,d windows that do not attend to each other; choose another mode of positions"
                            .formatted(text.name(), sequences.size()));
        }
        this.sequence = sequences.get(0);
        TransformerShape shape = model.transformer().shape();
        AnalysisFacts facts = new AnalysisFacts(
                title(text),
                text.name(),
                Digests.of(text.text()),
                model.name(),
                Digests.weights(model),
                shape.layers(),
                shape.heads(),
                shape.positions(),
                mode.toString(),
                shape.attention(),
                version,
                options);
        this.analysis = new DocumentAnalysis(request, facts, tokens(text), output, hadoop);
    }

    /** The first line, if it is short; else the name of the file. */
    private static String title(Document text) {
        String first = text.text()
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("")
                .strip();
        String title = first.replaceFirst("^#+\\s+", "");
        return title.length() <= TITLE && !title.isEmpty() ? title : text.name().replaceFirst(".*/", "");
    }

    private DocumentTokens tokens(Document text) {
        try (Tokenizer tokenizer = model.tokenizer()) {
            return DocumentTokens.of(text.text(), sequence, tokenizer.pieces());
        }
    }

    /**
     * Computes the layers that are missing, writes the tables, and tells what stands out. If this is ended, the next run goes on.
     *
     * @throws IOException if something cannot be written
     */
    public DocumentAnalysis.Report run(SparkSession spark, FocoConf conf) throws IOException {
        long start = System.nanoTime();
        analysis.begin(spark);
        Set<Integer> missing =
                analysis.missing().stream().map(layer -> layer - 1).collect(Collectors.toSet());
        if (!missing.isEmpty()) {
            ForwardPass pass = new ForwardPass(spark.sparkContext(), conf, model, List.of(sequence))
                    .withCheckpoint(analysis.checkpoint());
            try {
                pass.run(Set.of(), missing, new Layers(new LayerTables(spark, analysis)));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            pass.deleteCheckpoint();
        }
        return analysis.finish(spark, conf, this::attention, (System.nanoTime() - start) * 1e-9);
    }

    /** That of a layer, counted from 1. */
    private Attention attention(int layer) {
        TransformerLayer made = model.transformer().layer(layer - 1, model.weights());
        Attention plain = Attention.of(made.attention());
        return made.rotary().map(plain::withRotary).orElse(plain);
    }

    /** Writes the tables of each layer as its attention is there. */
    private record Layers(LayerTables tables) implements ForwardPass.Listener {

        @Override
        public void hidden(int layer, TokenBlocks hidden) {}

        @Override
        public void attention(int layer, TokenBlocks projected, AttentionResult result) {
            try {
                tables.write(layer + 1, projected, result);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
