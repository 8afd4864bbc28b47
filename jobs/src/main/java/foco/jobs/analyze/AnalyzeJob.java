package foco.jobs.analyze;

import foco.driver.analysis.document.DocumentAnalysis;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** An analysis that has been checked as far as can be without Spark. */
interface AnalyzeJob {

    /** @param settings of Foco, which go before Spark's */
    DocumentAnalysis.Report run(SparkSession spark, Map<String, String> settings) throws IOException;
}
