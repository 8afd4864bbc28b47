package foco.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import foco.report.ReportBrowser.Look;
import foco.testing.SparkTest;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** The profile of a head: how far away it looks, and what it gives to repeated tokens. */
@SparkTest
class ReportProfileTest extends InBrowser {
    private static Path folder(SparkSession spark) {
        return Reports.folder(spark, "harbour", Reports.HARBOUR);
    }

    private static Page open(SparkSession spark, String hash) {
        return browser.open(folder(spark).resolve("report"), "#panel=profile&tab=middle&" + hash, Look.WIDE);
    }

    private static List<Row> rows(SparkSession spark, String table, String order) {
        return spark.read()
                .parquet(folder(spark).resolve(table).toString())
                .where("layer = 1 and head = 2")
                .orderBy(org.apache.spark.sql.functions.expr(order))
                .collectAsList();
    }

    private static String percent(double share) {
        return new BigDecimal(share * 100)
                        .round(new MathContext(2, RoundingMode.HALF_UP))
                        .toPlainString() + "%";
    }

    private static List<String> cells(Page page, String selector) {
        return page.locator(selector).allTextContents();
    }

    @Test
    void everyDistanceHasTheShareOfTheTable(SparkSession spark) {
        List<Row> rows =
                rows(spark, "distances", "case direction when 'back' then -low when 'ahead' then low else 0 end");
        double all = rows.stream().mapToDouble(row -> row.<Double>getAs("mass")).sum();
        try (Page page = open(spark, "layer=1&head=2")) {
            List<String> shares = cells(page, ".distance-table .number:not(th)");
            List<String> names = cells(page, ".distance-table tbody th");
            assertEquals(rows.size(), shares.size());
            for (int i = 0; i < rows.size(); i++) {
                double share = rows.get(i).<Double>getAs("mass") / all;
                String shown = shares.get(i);
                if (share >= 1e-6) {
                    assertEquals(percent(share), shown, rows.get(i).toString());
                } else {
                    assertEquals(share, Double.parseDouble(shown.replace("%", "")) / 100, 0.051 * share);
                }
                long low = rows.get(i).getAs("low");
                assertTrue(
                        names.get(i).startsWith(low == 0 ? "itself" : low + " token")
                                || names.get(i).startsWith(low + "–" + (2 * low - 1)),
                        names.get(i));
            }
        }
    }

    @Test
    void aKeyMovesAlongTheDistancesAndSaysThem(SparkSession spark) {
        try (Page page = open(spark, "layer=1&head=2")) {
            page.locator("#panel-distances canvas").focus();
            page.keyboard().press("ArrowRight");
            page.keyboard().press("ArrowRight");
            String said = page.locator("[role=status][aria-live]").innerText();
            String second =
                    cells(page, ".distance-table tbody tr:nth-child(2) *").toString();
            assertEquals(second, said.replaceAll("(.*): (.*) of the attention", "[$1, $2]"));
        }
    }

    @Test
    void repeatedTokensHaveTheWeightsOfTheTable(SparkSession spark) {
        for (String order : List.of("following", "same")) {
            List<Row> rows = rows(spark, "repeats", "-on_" + order);
            try (Page page = open(spark, "layer=1&head=2&repeats=" + order)) {
                List<String> shown = cells(page, ".repeat-list .number:not(th)");
                assertEquals(60, shown.size());
                for (int i = 0; i < 30; i++) {
                    assertEquals(percent(rows.get(i).<Float>getAs("on_same")), shown.get(2 * i));
                    assertEquals(percent(rows.get(i).<Float>getAs("on_following")), shown.get(2 * i + 1));
                }
                int token = rows.get(0).<Integer>getAs("position");
                page.locator(".repeat-list .link").first().click();
                page.waitForSelector(".token-box[data-token=\"%d\"]".formatted(token));
            }
        }
    }

    @Test
    void theBarsOfRepeatedTokensCountAllOfThem(SparkSession spark) {
        int all = rows(spark, "repeats", "position").size();
        try (Page page = open(spark, "layer=1&head=2")) {
            List<String> counts = cells(page, ".repeat-counts td");
            int[] sums = new int[2];
            for (int i = 0; i < counts.size(); i++) {
                sums[i % 2] += Integer.parseInt(counts.get(i));
            }
            assertEquals(all, sums[0]);
            assertEquals(all, sums[1]);
            assertTrue(page.locator("#panel-repeats .values").innerText().contains(all + " repeated tokens"));
        }
    }

    @Test
    void aMeanIsOfItsHeads(SparkSession spark) {
        try (Page page = open(spark, "layer=1&head=0")) {
            double[] shares = new double[2];
            for (int head = 1; head <= 3; head++) {
                for (Row row : spark.read()
                        .parquet(folder(spark).resolve("distances").toString())
                        .where("layer = 1 and direction <> 'ahead' and low <= 1 and head = " + head)
                        .collectAsList()) {
                    shares[row.<Long>getAs("low").intValue()] += row.<Double>getAs("mass")
                            / Reports.analysis("harbour").book.count()
                            / 3;
                }
            }
            int self = cells(page, ".distance-table tbody th").indexOf("itself");
            List<String> shown = cells(page, ".distance-table .number:not(th)");
            assertEquals(percent(shares[0]), shown.get(self));
            assertEquals(percent(shares[1]), shown.get(self - 1));
            assertFalse(page.locator(".repeat-list").isVisible(), "a mean has no list");
        }
    }

    @Test
    void bothPicturesAreSavedWithTheirCaptions(SparkSession spark) throws IOException {
        try (Page page = open(spark, "layer=1&head=2")) {
            for (String panel : List.of("distances", "repeats")) {
                Download svg = page.waitForDownload(() ->
                        page.locator("#panel-%s .save".formatted(panel)).nth(1).click());
                String drawn = Files.readString(svg.path());
                assertTrue(drawn.startsWith("<svg") && drawn.contains("Layer 1, head 2"), drawn.substring(0, 80));
                assertTrue(drawn.contains("panel=profile"), "its settings");
                assertTrue(svg.suggestedFilename().equals(panel + "-layer1-head2.svg"), svg.suggestedFilename());
            }
        }
        assertEquals(List.of(), browser.faults);
    }
}
