package foco.bench.spark;

import foco.driver.meter.ProcessMemory;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The process of one run: makes a table, computes from that table to another one, and tells how long that took. */
final class OneRun {

    /** What comes before the figures on standard output. */
    static final String RESULT = "result ";

    /** Up to so many tokens some rows are computed again in float64. */
    private static final int CHECKED_TOKENS = 8192;

    private OneRun() {}

    /** @param arguments the contender, the tokens, whether it is a probe, and a folder for tables */
    public static void main(String[] arguments) {
        Contender contender = Contender.valueOf(arguments[0]);
        Size size = new Size(Integer.parseInt(arguments[1]), Boolean.parseBoolean(arguments[2]));
        String input = arguments[3] + "/tokens";
        String output = arguments[3] + "/attended";
        SparkSession spark = SparkSession.builder()
                .master("local[*]")
                .appName(contender.label())
                .config("spark.log.level", "ERROR")
                .config("spark.ui.enabled", "false")
                .config("spark.local.dir", arguments[3])
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate();
        TokenTable.write(spark, size.tokens(), input);
        Dataset<Row> tokens = spark.read().parquet(input);
        long start = System.nanoTime();
        contender.way().attend(tokens, size).write().parquet(output);
        double seconds = (System.nanoTime() - start) * 1e-9;
        long peak = ProcessMemory.peak().resident();
        double error = size.tokens() <= CHECKED_TOKENS && !size.probe()
                ? TokenTable.error(tokens, spark.read().parquet(output), 0, size.tokens() / 3, size.tokens() - 1)
                : 0;
        System.out.println(RESULT + String.format(Locale.ROOT, "%.3f %d %.2e", seconds, peak, error));
        spark.stop();
    }
}
