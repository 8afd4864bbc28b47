package foco.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import foco.report.ReportBrowser.Look;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page by the rules of axe-core: contrast, names, roles, keyboard; in both themes and languages, wide and narrow. */
@Tag("slow")
@SparkTest
class ReportAccessTest {
    private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    private static final List<String> VIEWS = List.of(
            "#token=30&panel=map&cell=section.0.1",
            "#panel=search&tab=middle&word=banco&a=18&b=29",
            "#panel=links&tab=middle&layer=1&head=2",
            "#panel=profile&tab=middle&layer=1&head=2",
            "#panel=likeness&tab=middle",
            "#panel=rollout&tab=middle&shade=rollout",
            "#tab=heads&kind=previous",
            "#view=facts");

    @Test
    void noRuleIsBrokenInAnyLook(SparkSession spark) throws IOException {
        List<Look> looks = List.of(
                Look.WIDE,
                Look.PHONE.inDark().in("pt"),
                Look.WIDE.inDark().in("pt"),
                Look.PHONE.in("pt"),
                Look.PHONE.inDark());
        try (ReportBrowser browser = NeedsChromium.start()) {
            Path report = Reports.folder(spark, "harbour", Reports.HARBOUR).resolve("report");
            assertEquals(List.of(), broken(browser, report, looks));
        }
    }

    /** Every rule that is broken, with what breaks it. */
    static List<String> broken(ReportBrowser browser, Path report, List<Look> looks) throws IOException {
        List<String> broken = new ArrayList<>();
        for (Look look : looks) {
            for (String view : VIEWS) {
                try (Page page = browser.open(report, view, look)) {
                    for (Object violation : violations(page)) {
                        broken.add(look + " " + view + ": " + violation);
                    }
                }
            }
        }
        return broken;
    }

    private static List<?> violations(Page page) throws IOException {
        try (InputStream in = ReportAccessTest.class.getResourceAsStream(AXE)) {
            page.evaluate(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        return (List<?>) page.evaluate("""
                async () => (await axe.run(document, { preload: false })).violations.map(
                  v => v.id + ' (' + v.impact + '): ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | '))""");
    }
}
