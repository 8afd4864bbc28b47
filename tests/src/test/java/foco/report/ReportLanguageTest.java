package foco.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import foco.jobs.Foco;
import foco.report.ReportBrowser.Look;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report of a real analysis is in the language that its reader chooses, the analysis's own sentences too. */
@Tag("slow")
@SparkTest
class ReportLanguageTest {
    private static final String TEXT =
            "The bank was dirty, so we sat on the grass by the river.\n\nThen I went to the bank, and the bank was closed.\n";

    @TempDir
    private static Path folder;

    @BeforeAll
    static void analyze() throws IOException {
        NeedsChromium.start().close();
        Path text = Files.writeString(folder.resolve("bank.txt"), TEXT);
        StringWriter err = new StringWriter();
        int code = Foco.run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err),
                "analyze",
                text.toString(),
                "--model",
                "minilm",
                "--output",
                folder.resolve("bank").toString(),
                "--words",
                "bank,river",
                "--rollout",
                "3",
                "--influence",
                "2",
                "--report");
        assertEquals(0, code, err.toString());
    }

    @Test
    void aPortuguesePageHasNoEnglishSentenceOfTheAnalysis() {
        try (ReportBrowser browser = NeedsChromium.start()) {
            Path report = folder.resolve("bank/report");
            Page page = browser.open(report, "#view=facts", Look.WIDE.in("pt"));
            List<?> said = (List<?>) page.evaluate("""
                    () => {
                      const { findings, kinds, sum_rules } = foco.book.facts.analysis;
                      const all = [...findings.map(f => f.text), ...kinds.map(k => k.rule), ...sum_rules.map(r => r.rule)];
                      const said = [...new Set(all)].map((text) => foco.el('p', ...foco.said(text)));
                      return said.map((p) => p.lang + ': ' + p.textContent);
                    }""");
            assertTrue(said.size() > 25, said::toString);
            assertEquals(
                    List.of(),
                    said.stream()
                            .filter(text -> !text.toString().startsWith("pt: "))
                            .toList());
            String all = said.toString();
            assertTrue(all.contains("“bank”") && all.contains("“river” ocorre uma vez, no token 14."), all);
            assertTrue(all.contains("apoia-se") && all.contains("apoiam-se"), "rollout: " + all);
            assertEquals(0, page.locator(".fact [lang=en]:not(li)").count());
            assertEquals(0, page.locator(".finding [lang=en]").count());
            assertTrue(page.locator(".finding [lang=pt]").count() > 3);
        }
    }

    @Test
    void anEnglishPageSaysWhatTheAnalysisSays() {
        try (ReportBrowser browser = NeedsChromium.start()) {
            Page page = browser.open(folder.resolve("bank/report"), "", Look.WIDE);
            Object same = page.evaluate(
                    "foco.book.facts.analysis.findings.every(f => foco.el('p', ...foco.said(f.text)).textContent === f.text)");
            assertEquals(true, same);
            assertEquals(List.of(), browser.faults);
        }
    }
}
