package foco.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import foco.report.ReportBrowser.Look;
import foco.testing.SparkTest;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page by keyboard alone: the focus reaches all of it, and stays where it is when a part is drawn again. */
@Tag("slow")
@SparkTest
class ReportKeyboardTest extends InBrowser {
    private static final String FOCUSED = "document.activeElement.getAttribute('aria-label')"
            + " ?? document.activeElement.closest('label')?.innerText.split('\\n')[0] ?? document.activeElement.innerText";

    private static Page open(SparkSession spark, String hash) {
        return browser.open(Reports.folder(spark, "harbour", Reports.HARBOUR).resolve("report"), hash, Look.WIDE);
    }

    private static void press(Page page, String... keys) {
        for (String key : keys) {
            page.keyboard().press(key);
            ReportBrowser.settle(page);
        }
    }

    @Test
    void tabReachesEveryPartAndLeavesIt(SparkSession spark) {
        for (String panel : List.of("map", "links", "search", "profile", "likeness", "rollout")) {
            try (Page page = open(spark, "#layer=1&head=2&token=30&panel=" + panel)) {
                List<String> parts = new ArrayList<>();
                for (int press = 0; press < 400; press++) {
                    page.keyboard().press("Tab");
                    Object part = page.evaluate(
                            "document.activeElement === document.body ? '' : document.activeElement.closest('section')?.id ?? 'header'");
                    if (part.equals("")) {
                        break;
                    }
                    if (parts.isEmpty() || !parts.get(parts.size() - 1).equals(part)) {
                        parts.add(part.toString());
                    }
                    boolean seen = (boolean)
                            page.evaluate(
                                    "(() => { const b = document.activeElement.getBoundingClientRect(); return b.width > 0 && b.height > 0; })()");
                    assertTrue(seen, panel + ": the focus is on what nobody sees, in " + part);
                }
                assertTrue(parts.contains("panel-atlas") && parts.contains("panel-text"), parts::toString);
                assertEquals("panel-token", parts.get(parts.size() - 1), panel + ": the last part");
            }
        }
    }

    @Test
    void theFocusStaysWhereItIs(SparkSession spark) {
        try (Page page = open(spark, "#layer=1&head=2&token=30&panel=map")) {
            page.locator("[aria-label='Next token']").focus();
            press(page, "Enter", "Enter");
            page.waitForSelector(".token-box[data-token=\"32\"]");
            assertEquals("Next token", page.evaluate(FOCUSED));

            page.locator("#panel-map select").first().focus();
            press(page, "ArrowDown");
            assertTrue(page.url().contains("layer=2"), page.url());
            assertEquals("Layer", page.evaluate(FOCUSED));

            page.locator("button.kind").last().focus();
            Object kind = page.evaluate(FOCUSED);
            press(page, "Enter");
            assertEquals(kind, page.evaluate(FOCUSED));

            page.locator(".top select").first().focus();
            press(page, "ArrowDown");
            assertEquals("pt", page.evaluate("document.documentElement.lang"));
            assertEquals("Idioma", page.evaluate(FOCUSED));
        }
    }

    @Test
    void aWordsPlacesAreTickedByKeyboard(SparkSession spark) {
        try (Page page = open(spark, "#layer=1&head=2&panel=search&word=banco")) {
            page.locator("#pane-search input[type=checkbox]").first().focus();
            Object first = page.evaluate(FOCUSED);
            press(page, "Space");
            assertEquals(first, page.evaluate(FOCUSED));
            press(page, "Tab", "Tab", "Space");
            page.waitForSelector(".comparison .links");
            assertEquals(2, page.locator("#pane-search input:checked").count());
        }
    }
}
