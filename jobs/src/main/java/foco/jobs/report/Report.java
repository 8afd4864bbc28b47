package foco.jobs.report;

import foco.driver.analysis.folder.FinishedAnalysis;
import foco.driver.block.InvalidInputException;
import foco.driver.storage.NotedFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The report of an analysis: a folder with a page, {@code index.html}, that a browser opens from a disk. It is made from the
 * tables alone. Tasks write its data, and hold the rows of one head in a range of {@value RangeChunks#RANGE} tokens at a time,
 * so memory hardly grows with the layers and heads.
 */
public final class Report {
    /** Rows of a map of sections, and of one of paragraphs. */
    private static final int MOST_SECTIONS = 256;

    private static final int MOST_PARAGRAPHS = 400;

    private static final String FIRST_LINE = "Written by foco report; the next report may replace this folder.";
    private static final String PAGE = "index.html";
    private static final String ASSETS = "assets";
    private static final String DATA = "data";
    private static final String NOTE = """
            Open index.html in a browser; it needs neither a network nor a server. Move the folder as a whole.
            assets/d3.min.js is d3 7.9.0, under the licence in assets/d3-LICENSE.txt.
            """;

    private final FinishedAnalysis analysis;
    private final Options options;
    private final NotedFolder folder;
    private final Configuration hadoop;

    /**
     * What is wanted.
     *
     * @param title in place of the analysis's own
     * @param links how many links each token keeps each way in each head at most; from 1 to {@link #MOST_LINKS}
     * @param least the least weight of such a link, from 0 to 1
     * @param output a folder in place of {@code report} in the analysis's own
     */
    public record Options(Optional<String> title, int links, double least, Optional<String> output) {
        /** How many links a token keeps if nothing else is asked. */
        public static final int USUAL_LINKS = 4;

        /** The least weight of a link if nothing else is asked: less is too little to tell anything. */
        public static final double USUAL_LEAST = 0.001;

        /** The most links that a token can keep. */
        public static final int MOST_LINKS = 15;

        /** What is usual, but the title and the place. */
        public static Options usual(Optional<String> title, Optional<String> output) {
            return new Options(title, USUAL_LINKS, USUAL_LEAST, output);
        }

        /** @throws IllegalArgumentException if links or their least weight are out of range */
        public Options {
            if (links < 1 || links > MOST_LINKS) {
                throw new IllegalArgumentException(
                        "links must be from 1 to %d, and are %d".formatted(MOST_LINKS, links));
            }
            if (!(least >= 0 && least <= 1)) {
                throw new IllegalArgumentException("the least weight must be from 0 to 1, and is " + least);
            }
        }
    }

    /**
     * Opens a finished analysis, and checks that its report can be written, before any work.
     *
     * @param name the folder of the analysis
     * @throws InvalidInputException if it is none, or is damaged, or the report's folder holds something else
     */
    public static Report of(String name, Options options, Configuration hadoop) throws IOException {
        FinishedAnalysis analysis = FinishedAnalysis.open(name, hadoop);
        String output = options.output().orElse(new Path(analysis.location().path(), "report").toString());
        return new Report(
                analysis, options, NotedFolder.open(output, FIRST_LINE, Set.of(PAGE, ASSETS, DATA), hadoop), hadoop);
    }

    private Report(FinishedAnalysis analysis, Options options, NotedFolder folder, Configuration hadoop) {
        this.analysis = analysis;
        this.options = options;
        this.folder = folder;
        this.hadoop = hadoop;
    }

    /** The title that the page has. */
    public String title() {
        return options.title().filter(title -> !title.isBlank()).orElseGet(analysis::title);
    }

    /**
     * Writes the folder. It appears whole, in place of an earlier report.
     *
     * @param progress told what is being written
     * @return the path of the page
     * @throws InvalidInputException if a table is missing or damaged
     */
    public String write(SparkSession spark, Consumer<String> progress) throws IOException {
        folder.replace(NOTE, hadoop, (into, path) -> {
            Assets.copy(new Path(path, ASSETS), hadoop);
            ChunkFolder data = ChunkFolder.of(new Path(path, DATA), hadoop);
            FactsChunk facts = new FactsChunk(analysis, title(), options);
            progress.accept("the text and the heads");
            facts.tokens(new TokenChunks(analysis, spark, data).write());
            facts.heads(analysis, spark);
            facts.likeness(analysis, spark);
            maps(spark, data, facts, progress);
            facts.has(tables(spark, data, progress));
            new RolloutChunks(analysis, spark, data).write(facts.rollout());
            data.write("facts", facts.toBytes());
            Page.write(path, hadoop, title());
        });
        return folder.name() + "/" + PAGE;
    }

    private void maps(SparkSession spark, ChunkFolder data, FactsChunk facts, Consumer<String> progress)
            throws IOException {
        List<MapChunks.Thumbnail> pictures = new ArrayList<>();
        for (String level : List.of(Stretch.SECTION, Stretch.PARAGRAPH)) {
            boolean sections = level.equals(Stretch.SECTION);
            List<Stretch> stretches = Stretch.read(analysis, spark, level);
            facts.stretches(level, stretches);
            MapChunks maps = new MapChunks(
                    analysis, spark, data, level, stretches, sections ? MOST_SECTIONS : MOST_PARAGRAPHS, sections);
            if (maps.exist()) {
                progress.accept("maps of " + level + "s");
                List<MapChunks.Thumbnail> finer = maps.write();
                facts.map(level, maps);
                // A document of a few sections looks like nothing; its paragraphs make better small pictures.
                if (pictures.isEmpty() || maps.ends().length <= Thumbnails.SIDE * 8) {
                    pictures = finer;
                }
            }
        }
        facts.thumbnails(pictures);
    }

    private Map<String, Boolean> tables(SparkSession spark, ChunkFolder data, Consumer<String> progress)
            throws IOException {
        RangeChunks ranges = new RangeChunks(analysis, spark, data);
        progress.accept("curves");
        new CurveChunks(analysis, spark, data).write();
        progress.accept("values of every token");
        ranges.values();
        ranges.means();
        Map<String, Boolean> has = new TreeMap<>();
        has.put("keys", analysis.has("top_keys"));
        has.put("queries", analysis.has("top_queries"));
        has.put("links", analysis.has("links"));
        has.put("distances", analysis.has("distances"));
        has.put("repeats", analysis.has("repeats"));
        if (has.get("distances") || has.get("repeats")) {
            progress.accept("distances and repeated tokens");
            new ProfileChunks(analysis, spark, data).write();
        }
        if (has.get("keys")) {
            progress.accept("what every token attends to");
            ranges.keys(options);
        }
        if (has.get("queries")) {
            progress.accept("what attends to every token");
            ranges.queries(options);
        }
        if (has.get("links")) {
            progress.accept("the strongest links");
            new LinkChunks(analysis, spark, data).write();
        }
        return has;
    }
}
