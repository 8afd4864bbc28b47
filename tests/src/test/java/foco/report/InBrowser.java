package foco.report;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests of a class that share one browser. */
abstract class InBrowser {
    static ReportBrowser browser;

    @BeforeAll
    static void startBrowser() {
        browser = NeedsChromium.start();
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
            browser = null;
        }
    }
}
