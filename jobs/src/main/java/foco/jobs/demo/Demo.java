package foco.jobs.demo;

import foco.driver.analysis.document.AnalysisRequest;
import foco.driver.analysis.document.DocumentAnalysis;
import foco.driver.analysis.document.TextAnalysis;
import foco.driver.block.InvalidInputException;
import foco.driver.model.PretrainedModel;
import foco.driver.settings.FocoConf;
import foco.driver.storage.NotedFolder;
import foco.driver.text.PositionMode;
import foco.jobs.report.Report;
import foco.jobs.terminal.Version;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** The analysis of a text through all-MiniLM-L6-v2, and its report, in one folder. */
final class Demo {
    static final String ANALYSIS = "analysis";
    static final String REPORT = "report";

    private static final String FIRST_LINE = "Written by foco demo; the next demo may replace this folder.";
    private static final String NOTE = """
            Open report/index.html in a browser. The folder analysis has the tables that it is made of.
            """;

    private final Path folder;
    private final Optional<String> title;
    private final TextAnalysis analysis;
    private final Configuration hadoop;

    /** Makes a demo; the writing of its folder ends with it. */
    interface Work {
        /** @param folder where the demo is to be written */
        void in(Path folder) throws IOException;
    }

    /**
     * Writes a folder as a whole, in place of that of an earlier demo; if the work fails, nothing has changed.
     *
     * @throws InvalidInputException if it holds what no demo wrote, or cannot be made
     */
    static void write(String name, Configuration hadoop, Work work) throws IOException {
        NotedFolder.open(name, FIRST_LINE, Set.of(ANALYSIS, REPORT), hadoop)
                .replace(NOTE, hadoop, (into, path) -> work.in(path));
    }

    /**
     * Cuts the text into tokens, and checks all that can be without computing.
     *
     * @param folder to be written to
     * @throws InvalidInputException if the text holds no words, or none of those chosen
     */
    Demo(DemoText text, Path folder, Configuration hadoop) throws IOException {
        this.folder = folder;
        this.title = text.title();
        this.hadoop = hadoop;
        this.analysis = new TextAnalysis(
                PretrainedModel.open(PretrainedModel.MINILM, hadoop),
                text.document(),
                PositionMode.PARAGRAPHS,
                AnalysisRequest.ofWords(text.words()),
                new Path(folder, ANALYSIS).toString(),
                Version.number(),
                Map.of("words", String.join(",", text.words())),
                hadoop);
    }

    /** @param progress told what is being done */
    DocumentAnalysis.Report run(SparkSession spark, Consumer<String> progress) throws IOException {
        progress.accept("the text goes through the model");
        DocumentAnalysis.Report report = analysis.run(spark, FocoConf.of(spark.sparkContext(), Map.of()));
        progress.accept("the report is written");
        Report.Options options = Report.Options.usual(title, Optional.of(new Path(folder, REPORT).toString()));
        Report.of(new Path(folder, ANALYSIS).toString(), options, hadoop).write(spark, step -> {});
        return report;
    }
}
