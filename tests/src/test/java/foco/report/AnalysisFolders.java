package foco.report;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** Folders of analyses for tests of other packages. */
public final class AnalysisFolders {
    private AnalysisFolders() {}

    /** One of a few words. */
    public static void small(SparkSession spark, Path folder) throws IOException {
        new SmallAnalysis("letter", "I wrote to you, and you to me.\n\nAre you well?\n", 1, 2, 3).write(spark, folder);
    }
}
