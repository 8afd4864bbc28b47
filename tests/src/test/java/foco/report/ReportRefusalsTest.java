package foco.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.jobs.Foco;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that is damaged or another's is refused in one line that names it, and nothing is left. */
@SparkTest
class ReportRefusalsTest {

    @TempDir
    private Path folder;

    private static String refused(String... words) {
        StringWriter err = new StringWriter();
        int code = Foco.run(new PrintWriter(new StringWriter()), new PrintWriter(err), words);
        assertTrue(code != 0, "done: " + String.join(" ", words));
        assertEquals(
                1,
                err.toString()
                        .strip()
                        .lines()
                        .filter(line -> line.startsWith("foco: "))
                        .count(),
                err.toString());
        return err.toString();
    }

    private static void assertSays(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), message + " lacks " + part);
        }
    }

    /** A copy that may be damaged. */
    private Path copy(SparkSession spark) throws IOException {
        Path from = Reports.folder(spark, "harbour", Reports.HARBOUR);
        Path to = folder.resolve("copy");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(f -> !f.startsWith(from.resolve("report"))).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(ending)
                            && !f.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    @Test
    void whatIsNoAnalysisIsRefusedByName(SparkSession spark) throws IOException {
        assertSays(refused("report", folder.resolve("none").toString()), "none");
        assertSays(refused("report", folder.toString()), folder.toString(), "not the folder of an analysis");
        assertSays(
                refused(
                        "report",
                        Files.writeString(folder.resolve("book.txt"), "a").toString()),
                "is a file");
        assertSays(refused("report"), "missing");
    }

    @Test
    void anUnfinishedOneIsRefused(SparkSession spark) throws IOException {
        Path copy = copy(spark);
        Files.delete(copy.resolve("analysis.json"));
        assertSays(refused("report", copy.toString()), "has not ended", "analysis.json");
    }

    @Test
    void damagedFactsAreRefused(SparkSession spark) throws IOException {
        Path copy = copy(spark);
        Path facts = copy.resolve("analysis.json");
        String whole = Files.readString(facts);
        Files.writeString(facts, whole.substring(0, whole.length() / 2));
        assertSays(refused("report", copy.toString()), "analysis.json is damaged");
        Files.writeString(facts, whole.replace("\"format\" : 1", "\"format\" : 7"));
        assertSays(refused("report", copy.toString()), "format 7");
        Files.writeString(facts, "{\"format\": 1}");
        assertSays(refused("report", copy.toString()), "tokens");
    }

    @Test
    void missingAndDamagedTablesAreNamed(SparkSession spark) throws IOException {
        Path copy = copy(spark);
        Path facts = copy.resolve("analysis.json");
        String whole = Files.readString(facts);
        Files.writeString(facts, whole.replaceFirst("\"tokens\" : \\d+", "\"tokens\" : 5"));
        assertSays(refused("report", copy.toString()), "tokens holds", "says 5");
        Files.writeString(facts, whole);
        Files.writeString(copy.resolve("text.txt"), "short");
        assertSays(refused("report", copy.toString()), "tokens is damaged", "text.txt");
        Files.writeString(copy.resolve("text.txt"), Reports.HARBOUR);
        Path layer = copy.resolve("positions/layer=2");
        Files.move(layer, copy.resolve("away"));
        assertSays(refused("report", copy.toString()), "positions lacks layer 2");
        Files.move(copy.resolve("away"), layer);
        Path part = files(copy.resolve("heads"), ".parquet").get(0);
        Files.write(part, new byte[] {1, 2, 3});
        Files.deleteIfExists(part.resolveSibling("." + part.getFileName() + ".crc"));
        assertSays(refused("report", copy.toString()), "heads");
        assertFalse(Files.exists(copy.resolve("report")), "a report is left");
        assertEquals(List.of(), files(copy, ".js"));
    }

    @Test
    void whatOthersWroteIsNotReplacedButAReportIs(SparkSession spark) throws IOException {
        Path copy = copy(spark);
        Files.createDirectory(copy.resolve("report"));
        Files.writeString(copy.resolve("report/mine.txt"), "mine");
        assertSays(refused("report", copy.toString()), "did not write", "mine.txt");
        Files.delete(copy.resolve("report/mine.txt"));
        Reports.report(spark, copy);
        Reports.report(spark, copy);
        assertTrue(Files.exists(copy.resolve("report/index.html")));
    }

    @Test
    void optionsOutOfRangeAreRefused(SparkSession spark) throws IOException {
        Path analysis = Reports.folder(spark, "harbour", Reports.HARBOUR);
        assertSays(refused("report", analysis.toString(), "--links", "0"), "--links", "1 to 15");
        assertSays(refused("report", analysis.toString(), "--links", "16"), "--links");
    }
}
