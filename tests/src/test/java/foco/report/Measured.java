package foco.report;

import com.microsoft.playwright.Page;
import foco.jobs.report.Report;
import foco.jobs.report.Report.Options;
import foco.report.ReportBrowser.Look;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * How long a report of a long text takes to write, how large it is, and how quick its page: {@code Measured FOLDER TOKENS
 * LAYERS HEADS}. A folder that is there is looked at again, at {@code FOLDER VIEW} in a view such as
 * {@code #layer=3&head=5}.
 */
final class Measured {
    private Measured() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]).toAbsolutePath();
        if (!Files.exists(folder.resolve("report"))) {
            write(folder, Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        }
        try (ReportBrowser browser = ReportBrowser.start();
                Page page = browser.open(folder.resolve("report"), args.length == 2 ? args[1] : "", Look.WIDE)) {
            System.out.println("first picture after ms: "
                    + page.evaluate("Math.round(performance.getEntriesByName('foco-first-picture')[0].startTime)"));
            System.out.println("clicks, ms: " + page.evaluate("""
                    async () => {
                      const times = [];
                      for (let i = 0; i < 12; i++) {
                        const token = Math.floor((i * 7919 * 13) % foco.book.n);
                        const start = performance.now();
                        foco.choose({ token });
                        while (document.querySelector('.token-box').dataset.token !== String(token)) {
                          await new Promise(r => setTimeout(r, 2));
                        }
                        times.push(Math.round(performance.now() - start));
                        await new Promise(r => setTimeout(r, 300));
                      }
                      return times.join(' ');
                    }"""));
            System.out.println("scrolling, longest blocks, ms: " + page.evaluate("""
                    async () => {
                      const long = [];
                      new PerformanceObserver(list => list.getEntries().forEach(e => long.push(Math.round(e.duration)))).observe({ type: 'longtask' });
                      const pane = document.querySelector('.text');
                      const steps = 200;
                      for (let i = 0; i <= steps; i++) {
                        pane.scrollTop = pane.scrollHeight * i / steps;
                        await new Promise(r => requestAnimationFrame(r));
                      }
                      await new Promise(r => setTimeout(r, 500));
                      return (long.sort((a, b) => b - a).slice(0, 5).join(' ') || 'none over 50') + '; at ' + Math.round(pane.scrollTop) + ' of ' + pane.scrollHeight;
                    }"""));
            System.out.println(
                    "memory, MiB: " + page.evaluate("Math.round(performance.memory.usedJSHeapSize / 2 ** 20)"));
            System.out.println("faults: " + browser.faults);
        }
    }

    private static void write(Path folder, int tokens, int layers, int heads) throws IOException {
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.log.level", "ERROR")
                .config("spark.sql.shuffle.partitions", "8")
                .getOrCreate();
        if (!Files.exists(folder.resolve("analysis.json"))) {
            new LongAnalysis(spark, folder, tokens, layers, heads).write();
        }
        long start = System.nanoTime();
        Report.of(
                        folder.toString(),
                        Options.usual(Optional.empty(), Optional.empty()),
                        spark.sparkContext().hadoopConfiguration())
                .write(spark, step -> System.out.println((System.nanoTime() - start) / 1_000_000_000 + " s: " + step));
        System.out.println("written in s: " + (System.nanoTime() - start) / 1_000_000_000);
        spark.stop();
    }
}
