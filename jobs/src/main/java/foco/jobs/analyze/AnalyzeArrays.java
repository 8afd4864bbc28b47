package foco.jobs.analyze;

import static org.apache.spark.sql.functions.col;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.analysis.document.AnalysisFacts;
import foco.driver.analysis.document.DocumentAnalysis;
import foco.driver.analysis.document.LayerTables;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.block.InvalidInputException;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.settings.FocoConf;
import foco.driver.table.TokenTable;
import foco.jobs.input.ArrayNames;
import foco.jobs.input.AttentionFiles;
import foco.jobs.input.AttentionInput;
import foco.jobs.input.AttentionTable;
import foco.jobs.terminal.Version;
import foco.kernels.AttentionSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The analysis of queries and keys in files or in a table: tokens that attend to each other, of which no text is known. */
final class AnalyzeArrays implements AnalyzeJob {

    private static final int LAYER = 1;
    private static final String TOKEN = "token";

    private final AnalyzeCommand.Places places;
    private final AnalyzeOptions options;
    private final Configuration hadoop;
    private final Optional<AttentionFiles> files;
    private final Optional<AttentionTable> table;
    private Optional<DocumentAnalysis> analysis = Optional.empty();

    AnalyzeArrays(AnalyzeCommand.Places places, AttentionInput attention, AnalyzeOptions options, Configuration hadoop)
            throws IOException {
        this.places = places;
        this.options = options;
        this.hadoop = hadoop;
        if (places.table == null) {
            AttentionFiles input =
                    new AttentionFiles(new ArrayNames(places.query, places.key, places.key), attention, hadoop);
            this.files = Optional.of(input);
            this.table = Optional.empty();
            requireSelf(
                    places.query,
                    input.queries().sequences(),
                    input.queries().tokens(),
                    input.presentKeys().tokens());
            this.analysis = Optional.of(analysis(
                    input.placed(),
                    DocumentTokens.unknown(Math.toIntExact(input.queries().tokens()))));
        } else {
            this.files = Optional.empty();
            this.table = Optional.of(new AttentionTable(places.table, attention, hadoop));
        }
    }

    private static void requireSelf(String input, long sequences, long queries, long keys) {
        if (sequences != 1) {
            throw new InvalidInputException("%s has %,d sequences, and an analysis is of one; give them one by one"
                    .formatted(input, sequences));
        }
        if (queries != keys) {
            throw new InvalidInputException(
                    "%s has %,d queries for %,d keys, and an analysis is of tokens that attend to each other; give as many of both"
                            .formatted(input, queries, keys));
        }
    }

    private DocumentAnalysis analysis(AttentionSpec spec, DocumentTokens tokens) throws IOException {
        String input = places.table == null ? "%s, %s".formatted(places.query, places.key) : places.table;
        AnalysisFacts facts = new AnalysisFacts(
                input,
                input,
                "",
                "",
                "",
                LAYER,
                spec.heads(),
                OptionalInt.empty(),
                "none",
                "%s, %,d tokens".formatted(spec, tokens.count()),
                Version.number(),
                options.given());
        return new DocumentAnalysis(options.request(), facts, tokens, places.output, hadoop);
    }

    @Override
    public DocumentAnalysis.Report run(SparkSession spark, Map<String, String> settings) throws IOException {
        return files.isPresent() ? run(files.get(), spark, settings) : run(table.orElseThrow(), spark);
    }

    private DocumentAnalysis.Report run(AttentionFiles input, SparkSession spark, Map<String, String> settings)
            throws IOException {
        FocoConf conf = FocoConf.of(spark.sparkContext(), settings);
        Attention attention = input.attention(spark.sparkContext(), conf);
        TokenBlocks queries = input.queryTokens(spark.sparkContext(), conf);
        TokenBlocks keys = input.keyTokens(spark.sparkContext(), conf);
        return run(spark, conf, analysis.orElseThrow(), attention, tables -> {
            try (AttentionResult result = attention.attend(queries, keys)) {
                tables.write(LAYER, queries.beside(keys.select("key")), result);
            }
        });
    }

    private DocumentAnalysis.Report run(AttentionTable input, SparkSession spark) throws IOException {
        Dataset<Row> keyed = input.rows(spark);
        AttentionSpec spec = input.spec(keyed, List.of("query", "key", "key"));
        Dataset<Row> rows = List.of(keyed.columns()).contains("value") ? keyed.drop("value") : keyed;
        long sequences = List.of(rows.columns()).contains("sequence")
                ? rows.select("sequence").distinct().count()
                : 1;
        long tokens = rows.count();
        requireSelf(places.table, sequences, tokens, tokens);
        Attention attention = input.attention(spark, spec);
        return run(spark, FocoConf.of(spark), analysis(spec, tokens(rows, tokens)), attention, tables -> {
            try (AttentionResult result =
                    input.named(() -> attention.attend(rows.withColumn("value", rows.col("key"))))) {
                tables.write(LAYER, TokenTable.read(rows, FocoConf.of(spark), columns(spec)), result);
            }
        });
    }

    /** A column of tokens is a text, with a blank between them. */
    private static DocumentTokens tokens(Dataset<Row> rows, long count) {
        if (!List.of(rows.columns()).contains(TOKEN)) {
            return DocumentTokens.unknown(Math.toIntExact(count));
        }
        List<String> tokens = new ArrayList<>();
        for (Row row : rows.select(col(TOKEN).cast("string"))
                .orderBy(rows.col("position"))
                .collectAsList()) {
            tokens.add(row.isNullAt(0) ? "" : row.getString(0));
        }
        return DocumentTokens.of(tokens);
    }

    private static VectorColumn[] columns(AttentionSpec spec) {
        return new VectorColumn[] {
            new VectorColumn("query", spec.heads(), spec.keyWidth()),
            new VectorColumn("key", spec.keyValueHeads(), spec.keyWidth())
        };
    }

    private interface Layer {
        void write(LayerTables tables) throws IOException;
    }

    private static DocumentAnalysis.Report run(
            SparkSession spark, FocoConf conf, DocumentAnalysis analysis, Attention attention, Layer layer)
            throws IOException {
        long start = System.nanoTime();
        analysis.begin(spark);
        if (!analysis.missing().isEmpty()) {
            layer.write(new LayerTables(spark, analysis));
        }
        return analysis.finish(spark, conf, number -> attention, (System.nanoTime() - start) * 1e-9);
    }
}
