package foco.report;

import foco.jobs.report.Report;
import foco.jobs.report.Report.Options;
import foco.models.Essay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Writes the analysis and the report of an essay to a folder, to be looked at: {@code Preview FOLDER}. */
final class Preview {
    private Preview() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.log.level", "ERROR")
                .config("spark.sql.shuffle.partitions", "4")
                .getOrCreate();
        if (!Files.exists(folder.resolve("analysis.json"))) {
            new SmallAnalysis("The Harbour Notebook", Essay.text().substring(0, 7000), 3, 8, 7).write(spark, folder);
        }
        long start = System.nanoTime();
        System.out.println(Report.of(
                        folder.toString(),
                        Options.usual(Optional.empty(), Optional.empty()),
                        spark.sparkContext().hadoopConfiguration())
                .write(spark, step -> System.out.println((System.nanoTime() - start) / 1_000_000 + " ms: " + step)));
        System.out.println((System.nanoTime() - start) / 1_000_000 + " ms");
        spark.stop();
    }
}
