package foco.jobs.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
 * The folder that an analysis has left: its {@code analysis.json}, its text and its tables. Opening one reads the first alone.
 *
 * @param json what {@code analysis.json} holds
 */
record AnalysisFolder(Location location, JsonNode json, Configuration hadoop) {
    static final String FACTS = "analysis.json";
    private static final String TEXT = "text.txt";
    private static final int FORMAT = 1;

    /**
     * Opens a finished analysis.
     *
     * @throws InvalidInputException if there is no such folder, or it is not one that an analysis has finished
     */
    static AnalysisFolder open(String name, Configuration hadoop) throws IOException {
        Location location = Location.of(name, hadoop);
        if (!location.status(hadoop).isDirectory()) {
            throw new InvalidInputException(name + " is a file; name the folder of an analysis");
        }
        Path facts = new Path(location.path(), FACTS);
        if (location.find(facts, hadoop).isEmpty()) {
            throw new InvalidInputException(
                    location.find(new Path(location.path(), "positions"), hadoop)
                                    .isPresent()
                            ? "%s is an analysis that has not ended: it holds no %s; run foco analyze again, which goes on with it"
                                    .formatted(name, FACTS)
                            : "%s is not the folder of an analysis: it holds no %s; name what foco analyze --output has written"
                                    .formatted(name, FACTS));
        }
        AnalysisFolder folder = new AnalysisFolder(location, parse(name, read(location, facts, hadoop)), hadoop);
        folder.check();
        return folder;
    }

    /** The names of the folders within one that are analyses, in order; none if there are none. */
    static List<String> within(String name, Configuration hadoop) throws IOException {
        Location location = Location.of(name, hadoop);
        List<String> found = new ArrayList<>();
        if (!location.status(hadoop).isDirectory()) {
            return found;
        }
        FileStatus[] entries = location.fileSystem(hadoop).listStatus(location.path());
        Arrays.sort(entries);
        for (FileStatus entry : entries) {
            if (entry.isDirectory()
                    && location.find(new Path(entry.getPath(), FACTS), hadoop).isPresent()) {
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
                            FACTS,
                            e.getOriginalMessage().lines().findFirst().orElse("no JSON")));
        }
    }

    private void check() {
        int format = json.path("format").asInt(0);
        if (format != FORMAT) {
            throw new InvalidInputException(
                    "%s/%s has format %s, and this foco reads format %d; use the foco that wrote it"
                            .formatted(name(), FACTS, json.path("format").isMissingNode() ? "none" : format, FORMAT));
        }
        if (tokens() < 1 || heads().isEmpty() || layers().isEmpty()) {
            throw new InvalidInputException(
                    "%s/%s is damaged: tokens %s, heads %s, layers %s; each must be there and positive"
                            .formatted(name(), FACTS, json.path("tokens"), json.path("heads"), json.path("layers")));
        }
    }

    String name() {
        return location.name();
    }

    int tokens() {
        return json.path("tokens").asInt(0);
    }

    /** The heads that were analysed, in each layer the same; counted from 1. */
    List<Integer> heads() {
        return numbers("heads");
    }

    /** The layers that were analysed, counted from 1. */
    List<Integer> layers() {
        return numbers("layers");
    }

    private List<Integer> numbers(String entry) {
        List<Integer> numbers = new ArrayList<>();
        json.path(entry).forEach(number -> numbers.add(number.asInt()));
        return numbers;
    }

    /** Rows of the table of positions: tokens times heads. */
    long positions() {
        return (long) tokens() * layers().size() * heads().size();
    }

    String title() {
        String title = json.path("title").asText("");
        String document = json.path("document").asText("");
        return !title.isBlank()
                ? title
                : !document.isBlank() ? document : location.path().getName();
    }

    /** The text, if the analysis is of one. */
    Optional<String> text() throws IOException {
        Path file = new Path(location.path(), TEXT);
        return location.find(file, hadoop).isPresent() ? Optional.of(read(location, file, hadoop)) : Optional.empty();
    }

    boolean has(String table) throws IOException {
        return location.find(new Path(location.path(), table), hadoop).isPresent();
    }

    /**
     * A table.
     *
     * @param columns that it must have
     * @throws InvalidInputException if it is not there, is damaged, or lacks a column or a layer
     */
    Dataset<Row> table(SparkSession spark, String table, String... columns) throws IOException {
        if (!has(table)) {
            throw new InvalidInputException("%s lacks the table %s; run foco analyze again".formatted(name(), table));
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
    static String orNull(Dataset<Row> rows, String column) {
        return Arrays.asList(rows.columns()).contains(column)
                ? "cast(%s as double) as %1$s".formatted(column)
                : "cast(null as double) as " + column;
    }

    /** As {@link #table}, one that has a folder for each layer. */
    Dataset<Row> layers(SparkSession spark, String table, String... columns) throws IOException {
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
}
