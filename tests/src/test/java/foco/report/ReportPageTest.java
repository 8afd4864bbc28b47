package foco.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import foco.jobs.report.ChunkText;
import foco.report.ReportBrowser.Look;
import foco.testing.SparkTest;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page in a browser, opened from the disk: what it shows is what the tables say, and nothing else is asked for. */
@SparkTest
class ReportPageTest extends InBrowser {
    private static final int TOKEN = 30;

    @AfterEach
    void nothingWentWrong() {
        List<String> faults = List.copyOf(browser.faults);
        browser.faults.clear();
        assertEquals(List.of(), faults);
    }

    private static Page open(SparkSession spark, String hash) {
        Path folder = Reports.folder(spark, "harbour", Reports.HARBOUR);
        return browser.open(folder.resolve("report"), hash, Look.WIDE);
    }

    /** Percent to two significant figures, as the page is to write it. */
    private static String percent(double weight) {
        BigDecimal rounded = new BigDecimal(weight * 100).round(new MathContext(2, RoundingMode.HALF_UP));
        return rounded.toPlainString() + "%";
    }

    private static List<String> texts(Page page, String selector) {
        return page.locator(selector).allInnerTexts();
    }

    @Test
    void aClickOnATokenShowsTheLinksOfTheTables(SparkSession spark) {
        try (Page page = open(spark, "#layer=1&head=2")) {
            String word = Reports.analysis("harbour").book.pieces.get(TOKEN).token();
            clickToken(page, TOKEN);
            page.waitForSelector(".token-box[data-token=\"%d\"]".formatted(TOKEN));
            assertEquals(word, page.locator(".word").innerText().toLowerCase(java.util.Locale.ROOT));
            assertTrue(page.url().contains("token=" + TOKEN), page.url());
            assertTrue(
                    Integer.parseInt(page.locator(".token-box").getAttribute("data-milliseconds")) <= 2000,
                    "a click takes long");
            for (int direction = 0; direction < 2; direction++) {
                String table = direction == 0 ? "top_keys" : "top_queries";
                List<String> wanted = links(spark, table).stream()
                        .map(row -> percent(row.<Float>getAs("weight")))
                        .toList();
                assertEquals(wanted, texts(page, ".token-box .links >> nth=%d >> .weight".formatted(direction)));
            }
            assertTrue(
                    page.locator(".values").innerText().contains(received(spark)),
                    page.locator(".values").innerText());
        }
    }

    private static List<Row> links(SparkSession spark, String table) {
        Path folder = Reports.folder(spark, "harbour", Reports.HARBOUR);
        return spark.read()
                .parquet(folder.resolve(table).toString())
                .where("layer = 1 and head = 2 and position = %d and rank <= %d".formatted(TOKEN, Reports.LINKS))
                .orderBy("rank")
                .collectAsList();
    }

    private static String received(SparkSession spark) {
        Path folder = Reports.folder(spark, "harbour", Reports.HARBOUR);
        Row row = spark.read()
                .parquet(folder.resolve("positions").toString())
                .where("layer = 1 and head = 2 and position = " + TOKEN)
                .first();
        BigDecimal received =
                new BigDecimal(row.<Float>getAs("received")).round(new MathContext(2, RoundingMode.HALF_UP));
        BigDecimal bits = new BigDecimal(row.<Float>getAs("entropy") / Math.log(2)).setScale(2, RoundingMode.HALF_UP);
        assertTrue(bits.signum() > 0);
        return "received " + received.toPlainString();
    }

    /** Where a token is on the screen, and a click there. */
    private static void clickToken(Page page, int token) {
        Object box = page.evaluate("""
                token => {
                  const range = document.createRange();
                  const block = [...document.querySelectorAll('.block')].find(b => b.textContent.length > foco.book.ends[token]);
                  range.setStart(block.firstChild, foco.book.starts[token]);
                  range.setEnd(block.firstChild, foco.book.ends[token]);
                  const box = range.getBoundingClientRect();
                  return [box.x + box.width / 2, box.y + box.height / 2];
                }""", token);
        List<?> point = (List<?>) box;
        page.mouse().click(((Number) point.get(0)).doubleValue(), ((Number) point.get(1)).doubleValue());
    }

    @Test
    void aLinkIsFollowedAndBackReturns(SparkSession spark) {
        try (Page page = open(spark, "#layer=1&head=2&token=" + TOKEN)) {
            page.waitForSelector(".token-box[data-token=\"%d\"]".formatted(TOKEN));
            int first = links(spark, "top_keys").get(0).getAs("key");
            page.locator(".token-box .link").first().click();
            page.waitForSelector(".token-box[data-token=\"%d\"]".formatted(first));
            page.goBack();
            page.waitForSelector(".token-box[data-token=\"%d\"]".formatted(TOKEN));
        }
    }

    @Test
    void keysGoFromTokenToTokenAndEnterFollows(SparkSession spark) {
        try (Page page = open(spark, "#layer=1&head=2&token=" + TOKEN)) {
            page.locator(".text").focus();
            page.keyboard().press("ArrowRight");
            page.waitForSelector(".token-box[data-token=\"%d\"]".formatted(TOKEN + 1));
            page.keyboard().press("ArrowLeft");
            page.waitForSelector(".token-box[data-token=\"%d\"]".formatted(TOKEN));
            int next = links(spark, "top_keys").stream()
                    .mapToInt(row -> row.<Integer>getAs("key"))
                    .filter(key -> key != TOKEN)
                    .findFirst()
                    .orElseThrow();
            page.keyboard().press("Enter");
            page.waitForSelector(".token-box[data-token=\"%d\"]".formatted(next));
        }
    }

    @Test
    void aWordShowsAllItsPlacesAndTwoAreCompared(SparkSession spark) {
        try (Page page = open(spark, "#layer=1&head=2&panel=search")) {
            page.locator("#pane-search input[type=search]").fill("BANCO");
            page.keyboard().press("Enter");
            page.waitForSelector("#pane-search tbody tr");
            long places = Reports.analysis("harbour").book.pieces.stream()
                    .filter(piece -> piece.token().equals("banco"))
                    .count();
            assertEquals(places, page.locator("#pane-search tbody tr").count());
            page.locator("#pane-search input[type=checkbox]").nth(0).check();
            ReportBrowser.settle(page);
            page.locator("#pane-search input[type=checkbox]").nth(2).check();
            page.waitForSelector(".comparison .links");
            page.locator("#pane-search .place button").nth(1).click();
            assertEquals(1, page.locator("#pane-search tbody tr.current").count());
            assertEquals(
                    page.locator("#pane-search .place button").nth(1).innerText(),
                    page.locator("#pane-search tbody tr.current .place button").innerText());
            assertEquals(2, page.locator(".comparison .links").count());
            assertTrue(page.url().contains("word=BANCO"), page.url());
        }
    }

    @Test
    void aMapsCellSaysItsShareInWords(SparkSession spark) {
        try (Page page = open(spark, "#layer=2&head=1&level=section")) {
            page.locator("#panel-map canvas").first().focus();
            page.keyboard().press("ArrowRight");
            String said = page.locator("[role=status][aria-live]").innerText();
            List<BookTokens.Part> sections = Reports.analysis("harbour").book.sections;
            Row row = spark.read()
                    .parquet(Reports.folder(spark, "harbour", Reports.HARBOUR)
                            .resolve("section_map")
                            .toString())
                    .where("layer = 2 and head = 1 and level = 'section' and query_section = 0 and key_section = 1")
                    .first();
            double share = row.<Double>getAs("mass")
                    / (sections.get(0).end() - sections.get(0).first());
            assertTrue(said.contains(percent((float) share)), said);
        }
    }

    @Test
    void layersAndAllHeadsCanBeChosenInPlaceOfOne(SparkSession spark) {
        for (String hash : List.of("#layer=1&head=0&token=30", "#layer=0&head=0&token=30")) {
            try (Page page = open(spark, hash)) {
                page.waitForSelector(".token-box[data-token=\"30\"]");
                assertTrue(texts(page, ".token-box .far").get(0).contains("head"), hash);
            }
        }
    }

    @Test
    @Tag("slow")
    void everyPanelOpensInBothLanguages(SparkSession spark) {
        Path report = Reports.folder(spark, "harbour", Reports.HARBOUR).resolve("report");
        for (String panel : List.of("map", "links", "search", "profile", "likeness", "rollout")) {
            for (Look look : List.of(Look.WIDE, Look.PHONE.in("pt").inDark())) {
                try (Page page = browser.open(report, "#panel=%s&tab=middle&with=2.1".formatted(panel), look)) {
                    assertTrue(page.locator("#pane-" + panel).isVisible());
                    assertEquals(0, page.locator(".failed").count());
                    assertFalse(page.locator("body").innerText().contains("undefined"));
                    assertFalse(page.locator("body").innerText().contains("NaN"));
                    int overflow = (Integer) page.evaluate(
                            "document.documentElement.scrollWidth - document.documentElement.clientWidth");
                    assertTrue(overflow <= 0, panel + " is wider than the window by " + overflow);
                }
            }
        }
    }

    @Test
    void everyStringIsInBothLanguages(SparkSession spark) {
        try (Page page = open(spark, "")) {
            Object difference = page.evaluate("""
                    () => {
                      const keys = (o, at = '') => Object.entries(o).flatMap(([k, v]) =>
                        typeof v === 'object' && !Array.isArray(v) ? keys(v, at + k + '.') : [at + k + (Array.isArray(v) ? v.length : '')]);
                      const [en, pt] = [new Set(keys(foco.strings.en)), new Set(keys(foco.strings.pt))];
                      return [...en].filter(k => !pt.has(k)).concat([...pt].filter(k => !en.has(k)));
                    }""");
            assertEquals(List.of(), difference);
        }
    }

    @Test
    void aHostileDocumentIsText(SparkSession spark) {
        Path folder = Reports.folder(spark, "hostile", Reports.HOSTILE);
        try (Page page = browser.open(folder.resolve("report"), "#token=3", Look.WIDE)) {
            page.waitForSelector(".token-box[data-token=\"3\"]");
            assertEquals(false, page.evaluate("'hacked' in window"));
            assertEquals(
                    0, page.locator("#app script, #app img, #app svg[onload]").count());
            assertTrue(page.locator(".text").innerText().contains("<script>window.hacked = true</script>"));
            Object last = page.evaluate("foco.book.n - 2");
            page.evaluate("foco.choose({ token: foco.book.n - 2 })");
            page.waitForSelector(".token-box[data-token=\"%s\"]".formatted(last));
            ReportBrowser.settle(page);
            assertTrue(page.locator(".text").innerText().contains("👍🏽 last"), "the end is shown");
            assertEquals("last", page.locator(".word").innerText());
            Object longest =
                    page.evaluate("foco.book.spelled.find((t) => foco.book.ends[t] - foco.book.starts[t] === 10000)");
            page.evaluate("token => foco.choose({ token })", longest);
            page.waitForSelector(".token-box[data-token=\"%s\"]".formatted(longest));
            assertEquals("w".repeat(59) + "…", page.locator(".word").innerText());
            for (String snippet : texts(page, ".token-box .snippet")) {
                assertTrue(snippet.length() < 200, snippet);
            }
        }
    }

    @Test
    void oneTokenAndNoHeadingAreEnough(SparkSession spark) throws IOException {
        Path folder = Files.createTempDirectory("foco-one-").resolve("analysis");
        new SmallAnalysis("one", "word", 1, 1, 5).write(spark, folder);
        Reports.report(spark, folder);
        try (Page page = browser.open(folder.resolve("report"), "#token=1", Look.WIDE)) {
            page.waitForSelector(".token-box[data-token=\"1\"]");
            assertEquals("word", page.locator(".word").innerText());
        }
    }

    @Test
    void picturesAreSavedWithTheirCaption(SparkSession spark) throws IOException {
        try (Page page = open(spark, "#layer=1&head=2&with=2.1")) {
            Download svg = page.waitForDownload(
                    () -> page.locator("#panel-ribbon .save").nth(1).click());
            String drawn = Files.readString(svg.path());
            assertTrue(drawn.startsWith("<svg") && drawn.contains("Layer 1, head 2"), drawn.substring(0, 80));
            assertTrue(drawn.contains("layer=1") || drawn.contains("head=2"), "its settings");
            Download png = page.waitForDownload(
                    () -> page.locator("#panel-map .save").nth(0).click());
            byte[] bytes = Files.readAllBytes(png.path());
            assertTrue(bytes.length > 5000 && bytes[1] == 'P' && bytes[2] == 'N', bytes.length + " bytes");
        }
    }

    @Test
    void twoMapsSideBySideAreSavedInOneFile(SparkSession spark) throws IOException {
        try (Page page = open(spark, "#layer=1&head=2&with=2.1")) {
            Download svg = page.waitForDownload(
                    () -> page.locator("#panel-map .save").nth(1).click());
            assertEquals("map-layer1-head2-beside-2.1.svg", svg.suggestedFilename());
            String drawn = Files.readString(svg.path());
            assertEquals(2, drawn.split("<image ", -1).length - 1, "maps");
            assertTrue(drawn.indexOf("Left: Who attends to whom: Layer 1, head 2") > 0
                    && drawn.indexOf("Right: Who attends to whom: Layer 2, head 1") > 0);
        }
    }

    @Test
    void theBytesOfAChunkReachThePage(SparkSession spark) throws IOException {
        Path copy = copy(Reports.folder(spark, "harbour", Reports.HARBOUR).resolve("report"), "");
        byte[] bytes = new byte[200_000];
        new Random(7).nextBytes(bytes);
        Files.write(copy.resolve("data/any.js"), ChunkText.script("any", bytes));
        try (Page page = browser.open(copy, "", Look.WIDE)) {
            Object raw = page.evaluate(
                    "async () => { const raw = await foco.load('any', (r) => r); return btoa(raw.reduce((all, each) => all + String.fromCharCode(each), '')); }");
            assertArrayEquals(bytes, Base64.getDecoder().decode((String) raw));
        }
    }

    /** A copy of a report without one of its files. */
    private static Path copy(Path report, String without) throws IOException {
        Path copy = Files.createTempDirectory("foco-copy-").resolve("report");
        try (Stream<Path> files = Files.walk(report)) {
            for (Path file : files.filter(each -> !each.getFileName().toString().equals(without))
                    .toList()) {
                Files.copy(file, copy.resolve(report.relativize(file).toString()));
            }
        }
        return copy;
    }

    @Test
    void aMissingChunkIsSaidInItsPlace(SparkSession spark) throws IOException {
        Path cut = copy(Reports.folder(spark, "harbour", Reports.HARBOUR).resolve("report"), "keys-1-0.js");
        try (Page page = browser.open(cut, "#layer=1&head=2&token=1", Look.WIDE)) {
            page.waitForSelector(".token-box .failed");
            assertTrue(page.locator(".token-box .failed").innerText().contains("keys-1-0"));
            assertTrue(page.locator(".block").first().isVisible(), "the rest works");
        } catch (PlaywrightException e) {
            throw new AssertionError("a missing file is not said", e);
        }
        assertTrue(browser.faults.removeIf(fault -> fault.contains("ERR_FILE_NOT_FOUND")), browser.faults.toString());
    }
}
