package foco.driver.analysis.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.block.InvalidInputException;
import foco.driver.file.ParquetTable;
import foco.driver.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The folder that an analysis has left, to be read: its {@code analysis.json}, its text and its tables. Opening one reads the first
 * alone.
 *
 * @param json what {@code analysis.json} holds
 */
public record FinishedAnalysis(Location location, JsonNode json, Configuration hadoop) {

    private static final int FORMAT = 1;

    /**
     * Opens a finished analysis.
     *
     * @throws InvalidInputException if there is no such folder, or it is not one that an analysis has finished
     */
    public static FinishedAnalysis open(String name, Configuration hadoop) throws IOException {
        Location location = Location.of(name, hadoop);
        if (!location.status(hadoop).isDirectory()) {
            throw new InvalidInputException(name + " is a file; name the folder of an analysis");
        }
        Path facts = new Path(location.path(), AnalysisFolder.DOCUMENT);
        if (location.find(facts, hadoop).isEmpty()) {
            throw new InvalidInputException(
                    isBegun(location, hadoop)
                            ? "%s is an analysis that has not ended: it holds no %s; give the command that began it, which goes on with it"
                                    .formatted(name, AnalysisFolder.DOCUMENT)
                            : "%s is not the folder of an analysis: it holds no %s; name what foco analyze --output has written"
                                    .formatted(name, AnalysisFolder.DOCUMENT));
        }
        FinishedAnalysis analysis = new FinishedAnalysis(location, parse(name, read(location, facts, hadoop)), hadoop);
        analysis.check();
        return analysis;
    }

    private static boolean isBegun(Location location, Configuration hadoop) throws IOException {
        for (String entry : List.of(AnalysisFolder.UNFINISHED, "tokens")) {
            if (location.find(new Path(location.path(), entry), hadoop).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** The names of the folders within one that are analyses, in order; none if there are none. */
    public static List<String> within(String name, Configuration hadoop) throws IOException {
        Location location = Location.of(name, hadoop);
        List<String> found = new ArrayList<>();
        if (!location.status(hadoop).isDirectory()) {
            return found;
        }
        FileStatus[] entries = location.fileSystem(hadoop).listStatus(location.path());
        Arrays.sort(entries);
        for (FileStatus entry : entries) {
            if (entry.isDirectory()
                    && location.find(new Path(entry.getPath(), AnalysisFolder.DOCUMENT), hadoop)
                            .isPresent()) {
                found.add(entry.getPath().getName());
            }
        }
        return found;
    }

    private static String read(Location location, Path file, Configuration hadoop) throws IOException {
        try (InputStream in = location.fileSystem(hadoop).open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode parse(String name, String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException("%s/%s is damaged (%s); run foco analyze again"
                    .formatted(
                            name,
                            AnalysisFolder.DOCUMENT,
                            e.getOriginalMessage().lines().findFirst().orElse("no JSON")));
        }
    }

    private void check() {
        int format = json.path("format").asInt(0);
        if (format != FORMAT) {
            throw new InvalidInputException(
                    "%s/%s has format %s, and this foco reads format %d; use the foco that wrote it"
                            .formatted(
                                    name(),
                                    AnalysisFolder.DOCUMENT,
                                    json.path("format").isMissingNode() ? "none" : format,
                                    FORMAT));
        }
        if (tokens() < 1 || heads().isEmpty() || layers().isEmpty()) {
            throw new InvalidInputException(
                    "%s/%s is damaged: tokens %s, heads %s, layers %s; each must be there and not empty; run foco analyze again"
                            .formatted(
                                    name(),
                                    AnalysisFolder.DOCUMENT,
                                    json.path("tokens"),
                                    json.path("heads"),
                                    json.path("layers")));
        }
    }

    /** The folder, as the user wrote it. */
    public String name() {
        return location.name();
    }

    public int tokens() {
        return json.path("tokens").asInt(0);
    }

    /** Counted from 1. */
    public List<Integer> heads() {
        return numbers("heads");
    }

    /** Counted from 1. */
    public List<Integer> layers() {
        return numbers("layers");
    }

    private List<Integer> numbers(String name) {
        List<Integer> numbers = new ArrayList<>();
        json.path(name).forEach(number -> numbers.add(number.asInt()));
        return numbers;
    }

    /** Rows of the table of positions: tokens times heads. */
    public long positions() {
        return (long) tokens() * layers().size() * heads().size();
    }

    /** Of the text, or what stands for it. */
    public String title() {
        String title = json.path("title").asText("");
        String document = json.path("document").asText("");
        return !title.isBlank()
                ? title
                : !document.isBlank() ? document : location.path().getName();
    }

    /** The text, if the analysis is of one. */
    public Optional<String> text() throws IOException {
        Path file = new Path(location.path(), AnalysisFolder.TEXT);
        return location.find(file, hadoop).isPresent() ? Optional.of(read(location, file, hadoop)) : Optional.empty();
    }

    /** Whether there is such a table. */
    public boolean has(String table) throws IOException {
        return location.find(new Path(location.path(), table), hadoop).isPresent();
    }

    /**
     * A table.
     *
     * @param columns that it must have
     * @throws InvalidInputException if it is not there, is damaged, or lacks a column
     */
    public Dataset<Row> table(SparkSession spark, String table, String... columns) throws IOException {
        if (!has(table)) {
            throw new InvalidInputException("%s lacks the table %s; run foco analyze again, without --only and --skip"
                    .formatted(name(), table));
        }
        Dataset<Row> rows = ParquetTable.open(new Path(location.path(), table).toString(), hadoop)
                .read(spark);
        List<String> there = Arrays.asList(rows.columns());
        List<String> missing =
                Arrays.stream(columns).filter(column -> !there.contains(column)).toList();
        if (!missing.isEmpty()) {
            throw new InvalidInputException("%s/%s lacks the column %s; it has %s. Is it a table of foco analyze?"
                    .formatted(name(), table, String.join(", ", missing), String.join(", ", there)));
        }
        return rows;
    }

    /** A column as float64, or null in every row of a table that lacks it, as of a statistic that was left out. */
    public static String orNull(Dataset<Row> rows, String column) {
        return Arrays.asList(rows.columns()).contains(column)
                ? "cast(%s as double) as %1$s".formatted(column)
                : "cast(null as double) as " + column;
    }

    /** As {@link #table}, one that has a folder for each layer. */
    public Dataset<Row> layers(SparkSession spark, String table, String... columns) throws IOException {
        Dataset<Row> rows = table(spark, table, columns);
        for (int layer : layers()) {
            if (location.find(new Path(location.path(), table + "/layer=" + layer), hadoop)
                    .isEmpty()) {
                throw new InvalidInputException(
                        "%s/%s lacks layer %d of %s; run foco analyze again".formatted(name(), table, layer, layers()));
            }
        }
        return rows;
    }

    /** All tokens, with the text if there is one. */
    public DocumentTokens documentTokens(SparkSession spark) throws IOException {
        int count = tokens();
        Optional<String> text = text();
        if (text.isEmpty()) {
            return DocumentTokens.unknown(count);
        }
        List<Row> rows = table(spark, "tokens", "position", "token", "id", "start", "end")
                .select("position", "token", "id", "start", "end")
                .collectAsList();
        if (rows.size() != count) {
            throw new InvalidInputException(
                    "%s/tokens has %,d rows, and analysis.json tells of %,d tokens; run foco analyze again"
                            .formatted(name(), rows.size(), count));
        }
        String[] pieces = new String[count];
        int[] ids = new int[count];
        int[] starts = new int[count];
        int[] ends = new int[count];
        for (Row row : rows) {
            int at = row.getInt(0);
            pieces[at] = row.getString(1);
            ids[at] = row.getInt(2);
            starts[at] = row.getInt(3);
            ends[at] = row.getInt(4);
            if (starts[at] < 0 || ends[at] < starts[at] || ends[at] > text.get().length()) {
                throw new InvalidInputException(
                        "%s: token %d lies outside text.txt; text and tables are not of one analysis; run foco analyze again"
                                .formatted(name(), at));
            }
        }
        return new DocumentTokens(text.get(), pieces, ids, starts, ends);
    }
}
