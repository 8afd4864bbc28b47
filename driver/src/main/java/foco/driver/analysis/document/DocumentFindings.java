package foco.driver.analysis.document;

import foco.driver.Attention;
import foco.driver.analysis.folder.AnalysisFolder;
import foco.driver.analysis.head.HeadFigures;
import foco.driver.analysis.layer.LayerFigures;
import foco.driver.analysis.layer.LayerWriter;
import foco.driver.analysis.layer.Link;
import foco.driver.analysis.layer.SampledRow;
import foco.driver.analysis.layer.SampledRows;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.analysis.text.Outline;
import foco.driver.analysis.text.Section;
import foco.driver.settings.FocoConf;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * What stands out in all layers together, and the tables that tell of it.
 *
 * @param words chosen ones, with their occurrences
 * @param layers counted from 1
 * @param heads counted from 1
 */
record DocumentFindings(
        SparkSession spark,
        AnalysisFolder folder,
        AnalysisRequest request,
        DocumentTokens tokens,
        Outline outline,
        Map<String, List<Occurrence>> words,
        List<Integer> layers,
        List<Integer> heads,
        Sample sample) {

    private TableWriter writer() {
        return new TableWriter(folder, spark.sparkContext().hadoopConfiguration());
    }

    /**
     * What the layers show, on their own and beside each other.
     *
     * @param layerFigures of each layer, in order
     * @param findings receives them
     * @param document is told of the sample, or of what was left out
     */
    void find(List<LayerFigures> layerFigures, Findings findings, AnalysisDocument document) throws IOException {
        TableWriter writer = writer();
        List<HeadFigures> figures =
                layerFigures.stream().flatMap(layer -> layer.heads().stream()).toList();
        if (!figures.isEmpty()) {
            HeadsTable.write(writer, figures);
            findings.addKinds(figures);
            findings.addInduction(figures);
        }
        new Highlights(layerFigures, tokens, outline.sections()).addTo(findings);
        if (request.wantsRows()) {
            JavaRDD<SampledRow> rows = SampledRows.read(
                    JavaSparkContext.fromSparkContext(spark.sparkContext()), folder.keptFiles(LayerWriter.ROWS));
            likeness(rows, findings, document);
            if (!words.isEmpty()) {
                List<Link> watched = layerFigures.stream()
                        .flatMap(layer -> layer.watched().stream())
                        .toList();
                List<WordTables.Answer> answers = new WordTables(
                                spark.sparkContext(), writer, tokens, layers, request.top())
                        .write(rows, watched, words);
                answers.forEach(answer -> findings.addWord(answer, WordTables.meanFrom(layers)));
                document.words(answers, WordTables.meanFrom(layers));
            }
        }
    }

    /**
     * What follows from all layers one after another, if that was asked for.
     *
     * @param attentions that of each layer, counted from 1
     */
    void flow(FocoConf conf, IntFunction<Attention> attentions, Findings findings) throws IOException {
        if (!request.wantsFlow()) {
            return;
        }
        List<Section> passages = request.to().stream()
                .map(number -> outline.sections().get(number - 1))
                .toList();
        RolloutTable.Ends ends = new RolloutTable(spark, folder, conf, attentions, layers.size(), tokens.count())
                .write(writer(), request.from(), passages);
        findings.addRollout(request.from(), ends.from());
        findings.addInfluence(passages, ends.to());
    }

    private void likeness(JavaRDD<SampledRow> rows, Findings findings, AnalysisDocument document) throws IOException {
        int count = layers.size() * heads.size();
        if (!request.wants(StatisticName.LIKENESS) || count < 2) {
            return;
        }
        if (count > LikenessTable.MOST_HEADS) {
            document.note("likeness: %d heads have too many pairs; choose %d or fewer with --layers and --in-heads"
                    .formatted(count, LikenessTable.MOST_HEADS));
            return;
        }
        document.sample(sample);
        List<LikenessTable.Head> all = layers.stream()
                .flatMap(layer -> heads.stream().map(head -> new LikenessTable.Head(layer, head)))
                .toList();
        findings.addLikeness(new LikenessTable(spark.sparkContext(), writer()).write(rows, sample, all));
    }
}
