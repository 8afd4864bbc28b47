package foco.driver.analysis.document;

import com.fasterxml.jackson.databind.ObjectMapper;
import foco.driver.AnalysisResult;
import foco.driver.Attention;
import foco.driver.analysis.Statistic;
import foco.driver.analysis.SumRule;
import foco.driver.analysis.folder.AnalysisFolder;
import foco.driver.analysis.folder.Finding;
import foco.driver.analysis.layer.FigureRequest;
import foco.driver.analysis.layer.LayerFigures;
import foco.driver.analysis.layer.LayerWriter;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.analysis.text.Outline;
import foco.driver.analysis.text.Section;
import foco.driver.block.InvalidInputException;
import foco.driver.cluster.TaskSlots;
import foco.driver.metrics.JobLabel;
import foco.driver.settings.FocoConf;
import foco.kernels.mask.Mask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The analysis of one document: which layers are still to be done, the tables of each as it is done, and at the end what stands
 * out. How a layer's attention comes about is the affair of others.
 */
public final class DocumentAnalysis {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Rows of a position and a head that a file holds, unless that leaves cores without one. */
    private static final long FILE_ROWS = 200_000;

    /** The least that are worth a file. */
    private static final long LEAST_FILE_ROWS = 20_000;

    private static final List<String> TABLES = List.of(
            "tokens",
            "sections",
            "positions",
            "distances",
            "section_map",
            "top_keys",
            "top_queries",
            "links",
            "repeats",
            HeadsTable.NAME,
            LikenessTable.NAME,
            RolloutTable.NAME,
            WordTables.WORDS,
            WordTables.PAIRS);

    private final AnalysisRequest request;
    private final AnalysisFacts facts;
    private final DocumentTokens tokens;
    private final Outline outline;
    private final List<Section> paragraphs;
    private final Sample sample;
    private final Map<String, List<Occurrence>> words = new LinkedHashMap<>();
    private final List<Integer> layers;
    private final List<Integer> heads;
    private final AnalysisFolder folder;

    /**
     * Checks all that can be without computing.
     *
     * @param output the folder
     * @throws foco.driver.block.InvalidInputException if a layer, a head, a word or a section is not there, or the folder holds
     *     something else
     */
    public DocumentAnalysis(
            AnalysisRequest request, AnalysisFacts facts, DocumentTokens tokens, String output, Configuration hadoop)
            throws IOException {
        this.request = request;
        this.facts = facts;
        this.tokens = tokens;
        String what = facts.model().isEmpty() ? facts.document() : "the model";
        this.layers = request.layersOf(what, facts.layers());
        this.heads = request.headsOf(what, facts.heads());
        this.outline = Outline.of(tokens, request.sectioning());
        this.paragraphs = outline.paragraphRuns(AnalysisRequest.PARAGRAPHS);
        this.sample = Sample.of(tokens.count(), (long) layers.size() * heads.size());
        for (String word : request.words()) {
            words.put(word, Occurrence.of(tokens, word));
        }
        requireFlow();
        this.folder = AnalysisFolder.open(output, identity(), hadoop);
    }

    private void requireFlow() {
        if (request.wantsFlow() && layers.size() < facts.layers()) {
            throw new InvalidInputException(
                    "--rollout and --influence go through all layers; leave --layers out, or those two");
        }
        for (int position : request.from()) {
            if (position >= tokens.count()) {
                throw new InvalidInputException("--rollout %d: %s has tokens 0 to %,d"
                        .formatted(position, facts.document(), tokens.count() - 1));
            }
        }
        for (int section : request.to()) {
            if (section < 1 || section > outline.sections().size()) {
                throw new InvalidInputException("--influence %d: %s has sections 1 to %,d"
                        .formatted(section, facts.document(), outline.sections().size()));
            }
        }
    }

    private Map<String, String> identity() {
        return facts.identity(request.sectioning().toString(), request);
    }

    /** Begins, or goes on; writes what is known before any layer. */
    public void begin(SparkSession spark) throws IOException {
        folder.begin(identity());
        if (tokens.isText()) {
            folder.text(AnalysisFolder.TEXT, tokens.text());
        }
        TextTables tables = new TextTables(tokens, outline, paragraphs);
        TableWriter writer = writer(spark);
        writer.write("tokens", TextTables.TOKENS, tables.tokenRows());
        writer.write("sections", TextTables.SECTIONS, tables.sectionRows());
    }

    private TableWriter writer(SparkSession spark) {
        return new TableWriter(folder, spark.sparkContext().hadoopConfiguration());
    }

    /** The layers whose tables are not there, counted from 1. */
    public Set<Integer> missing() throws IOException {
        Set<Integer> missing = new LinkedHashSet<>();
        for (int layer : layers) {
            if (!folder.isDone(layer) || !folder.isKept(figures(layer))) {
                missing.add(layer);
            }
        }
        return missing;
    }

    /** Where a pass through a model may keep what it has computed, until the end. */
    public String checkpoint() {
        return folder.unfinished("pass").toString();
    }

    /** Whether queries and keys of all layers are needed at the end. */
    boolean wantsFlow() {
        return request.wantsFlow();
    }

    /** The heads to look at, counted from 1. */
    public List<Integer> heads() {
        return heads;
    }

    /** What to find in each layer. */
    public List<Statistic<?>> statistics() {
        return new LayerStatistics(request, tokens, outline, paragraphs, sample, words).all();
    }

    private static String figures(int layer) {
        return "figures-%d.json".formatted(layer);
    }

    /**
     * Writes the tables of a layer.
     *
     * @param mask as the queries stand among the keys
     * @param result of {@link #statistics}
     * @param flow queries and keys of all positions, if {@link #wantsFlow}
     * @throws IllegalStateException if a rule does not hold
     */
    public void write(SparkSession spark, int layer, Mask mask, AnalysisResult result, Optional<Dataset<Row>> flow)
            throws IOException {
        result.rules().stream().filter(rule -> !rule.holds()).findFirst().ifPresent(broken -> {
            throw new IllegalStateException("Layer %d, head %d: %s is off by %g, and the limit is %g"
                    .formatted(layer, broken.head() + 1, broken.rule(), broken.worst(), broken.limit()));
        });
        VisibleKeys visible = VisibleKeys.of(mask, tokens.count(), outline.sections());
        FigureRequest wanted =
                new FigureRequest(layer, visible.seen(), outline.sections().size(), watched());
        int files = files(TaskSlots.atLeastOne(JavaSparkContext.fromSparkContext(spark.sparkContext())));
        Path draft = folder.draft(layer);
        LayerFigures found = new LayerWriter(spark.sparkContext(), draft)
                .write(result, heads.size(), files, wanted, visible.sectionChance());
        flow.ifPresent(rows -> rows.coalesce(files).write().parquet(new Path(draft, FlowStatistic.TABLE).toString()));
        folder.keep(figures(layer), JSON.writeValueAsString(found));
        folder.publish(layer, result.tables().stream().filter(TABLES::contains).collect(Collectors.toSet()));
    }

    /** The tokens of chosen words. */
    private BitSet watched() {
        BitSet watched = new BitSet();
        words.values().stream()
                .flatMap(List::stream)
                .flatMapToInt(Occurrence::positions)
                .forEach(watched::set);
        return watched;
    }

    /** Of a layer's table: small ones are soonest written and read in one. */
    private int files(int slots) {
        long rows = (long) tokens.count() * heads.size();
        return Math.toIntExact(Math.max(1, Math.max(rows / FILE_ROWS, Math.min(slots, rows / LEAST_FILE_ROWS))));
    }

    /**
     * What was found.
     *
     * @param findings in the order in which they are to be read
     * @param bytes of all tables
     */
    public record Report(List<Finding> findings, int tokens, int layers, int heads, long bytes, double seconds) {}

    /**
     * Writes what needs all layers, and last {@code analysis.json}.
     *
     * @param conf of the computation
     * @param attentions that of each layer, counted from 1, as its queries stand among the keys
     * @param seconds that went before
     */
    public Report finish(SparkSession spark, FocoConf conf, IntFunction<Attention> attentions, double seconds)
            throws IOException {
        long start = System.nanoTime();
        AnalysisDocument document = new AnalysisDocument(facts);
        document.tokens(tokens.count(), outline, paragraphs.size());
        document.request(request, layers, heads, tokens.count());
        document.kinds();
        List<LayerFigures> figures = figures();
        Findings findings = new Findings(tokens);
        try (JobLabel label = JobLabel.of(spark.sparkContext(), "what stands out")) {
            DocumentFindings all =
                    new DocumentFindings(spark, folder, request, tokens, outline, words, layers, heads, sample);
            all.find(figures, findings, document);
            all.flow(conf, attentions, findings);
        }
        document.sumRules(sumRules(figures));
        document.findings(findings.all());
        Map<String, Long> bytes = bytes();
        document.tables(bytes);
        double all = seconds + (System.nanoTime() - start) * 1e-9;
        document.seconds(all);
        if (request.csv()) {
            new CsvTables(spark, folder).write(List.copyOf(bytes.keySet()));
        }
        folder.finish(document.toString());
        long sum = bytes.values().stream().mapToLong(Long::longValue).sum();
        return new Report(findings.all(), tokens.count(), layers.size(), heads.size(), sum, all);
    }

    private List<LayerFigures> figures() throws IOException {
        List<LayerFigures> all = new ArrayList<>();
        for (int layer : layers) {
            all.add(JSON.readValue(folder.kept(figures(layer)), LayerFigures.class));
        }
        return all;
    }

    private Map<Integer, List<SumRule>> sumRules(List<LayerFigures> figures) {
        Map<Integer, List<SumRule>> rules = new TreeMap<>();
        for (int i = 0; i < layers.size(); i++) {
            rules.put(layers.get(i), figures.get(i).rules());
        }
        return rules;
    }

    private Map<String, Long> bytes() throws IOException {
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (String table : folder.present(TABLES)) {
            bytes.put(table, folder.bytes(table));
        }
        return bytes;
    }
}
