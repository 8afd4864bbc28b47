package foco.report;

import com.microsoft.playwright.Page;
import foco.report.ReportBrowser.Look;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pictures of the documents, made of the page of a report: that of the demo, or those of a long text. {@code DocsPictures REPORT FOLDER}. */
final class DocsPictures {
    /** Tokens; the demo's text has fewer. */
    private static final int LONG = 20_000;

    private DocsPictures() {}

    public static void main(String[] args) throws IOException {
        Path report = Path.of(args[0]).toAbsolutePath();
        Path folder = Files.createDirectories(Path.of(args[1]));
        Look look = new Look(1280, 800, false, "en");
        try (ReportBrowser browser = ReportBrowser.start()) {
            Page first = browser.open(report, "", look);
            if ((int) first.evaluate("foco.book.n") < LONG) {
                first.waitForSelector("#pane-search tbody tr");
                ReportBrowser.settle(first);
                shot(first, folder.resolve("demo.png"));
            } else {
                book(browser, report, look, folder);
            }
            browser.faults.forEach(System.err::println);
        }
    }

    private static void book(ReportBrowser browser, Path report, Look look, Path folder) {
        Page first = browser.open(report, "#panel=map", look);
        Object token = first.evaluate("foco.book.spelled[Math.floor(foco.book.spelled.length / 8)]");
        first.evaluate("token => foco.choose({ token })", token);
        ReportBrowser.settle(first);
        shot(first, folder.resolve("report.png"));
        Page words = browser.open(report, "#panel=search&word=", look);
        words.locator("#pane-search .chip").first().click();
        words.waitForSelector("#pane-search tbody tr");
        words.locator("#pane-search input[type=checkbox]").nth(0).check();
        ReportBrowser.settle(words);
        words.locator("#pane-search input[type=checkbox]").nth(1).check();
        words.waitForSelector(".comparison .links");
        ReportBrowser.settle(words);
        shot(words, folder.resolve("report-words.png"));
    }

    private static void shot(Page page, Path file) {
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }
}
