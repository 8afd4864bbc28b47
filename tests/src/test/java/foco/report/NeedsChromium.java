package foco.report;

import org.junit.jupiter.api.Assumptions;

/** Tests that need a browser are left out, aloud, on a machine without one. */
final class NeedsChromium {
    private NeedsChromium() {}

    static ReportBrowser start() {
        if (ReportBrowser.installed().isEmpty()) {
            String why = "LEFT OUT: no chromium is installed (Debian, Ubuntu: apt-get install chromium)";
            System.out.println(why);
            Assumptions.abort(why);
        }
        return ReportBrowser.start();
    }
}
