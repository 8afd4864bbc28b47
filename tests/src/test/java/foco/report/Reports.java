package foco.report;

import foco.jobs.report.Report;
import foco.jobs.report.Report.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Analyses and their reports, each made once for all tests that look at it. */
final class Reports {
    static final int LINKS = 4;

    static final String HARBOUR = """
            1. O banco

            Começo pelo banco, porque é nele que estou sentada. É um banco de madeira, pintado de verde. O outro banco é de
            pedra, e guarda o dinheiro dos outros. Esperei uma hora no banco do dinheiro.

            Nenhum de nós dois estava errado. A palavra estava inteira nos dois lugares.

            2. The bank

            I should have asked for a bench. In my language a bank is where the money sleeps, or the side of a river.
            The bank comes up beneath us slowly, and over it the sea goes pale and begins to hurry.

            3. A manga e a vela

            Dona Zefa vende manga na ponta do cais. Toda manga acaba em manga, diz ela, e arregaça a manga do vestido.
            """;

    /** What may go wrong when a text is put into a page. */
    static final String HOSTILE = """
            <script>window.hacked = true</script> </script><img src=x onerror="window.hacked = true"> &lt;b&gt; ]]> --> ${1+1}



            \u202eשלום עולם\u202c مرحبا بالعالم 👩‍👩‍👧‍👦 e\u0301\u0301\u0301 Z\u0351\u036b\u0343a\u0363l\u0348g\u0311o 🇧🇷

            \u0000 \u2028 \u2029 "'\\ </textarea><svg onload=alert(1)>

            """ + "w".repeat(10_000) + "\n\n\n\n👍🏽 last\n";

    private static final Map<String, SmallAnalysis> MADE = new HashMap<>();
    private static final Map<String, Path> FOLDERS = new HashMap<>();

    private Reports() {}

    /** The folder of an analysis of a text, with its report in it; made the first time. */
    static synchronized Path folder(SparkSession spark, String name, String text) {
        return FOLDERS.computeIfAbsent(name, key -> {
            try {
                Path folder = Files.createTempDirectory("foco-report-").resolve("analysis");
                SmallAnalysis analysis = new SmallAnalysis(name, text, 2, 3, 11);
                analysis.write(spark, folder);
                MADE.put(name, analysis);
                report(spark, folder);
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static String report(SparkSession spark, Path folder) throws IOException {
        Options options = new Options(Optional.empty(), LINKS, 0, Optional.empty());
        return Report.of(folder.toString(), options, spark.sparkContext().hadoopConfiguration())
                .write(spark, step -> {});
    }

    static synchronized SmallAnalysis analysis(String name) {
        return MADE.get(name);
    }
}
