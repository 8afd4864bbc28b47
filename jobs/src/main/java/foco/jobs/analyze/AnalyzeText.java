package foco.jobs.analyze;

import foco.driver.analysis.document.DocumentAnalysis;
import foco.driver.analysis.document.TextAnalysis;
import foco.driver.model.PretrainedModel;
import foco.driver.settings.FocoConf;
import foco.driver.text.PositionMode;
import foco.driver.text.TextFiles;
import foco.jobs.terminal.Version;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** The analysis of a text through a model. */
final class AnalyzeText implements AnalyzeJob {

    private final TextAnalysis analysis;

    AnalyzeText(String text, AnalyzeCommand.Places places, AnalyzeOptions options, Configuration hadoop)
            throws IOException {
        this.analysis = new TextAnalysis(
                PretrainedModel.open(places.model, hadoop),
                TextFiles.file(text, hadoop),
                PositionMode.of(places.positions).orElseThrow(),
                options.request(),
                places.output,
                Version.number(),
                options.given(),
                hadoop);
    }

    @Override
    public DocumentAnalysis.Report run(SparkSession spark, Map<String, String> settings) throws IOException {
        return analysis.run(spark, FocoConf.of(spark.sparkContext(), settings));
    }
}
