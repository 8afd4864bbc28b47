package foco.report;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The machine's Chromium, without a window, on reports in folders. It keeps what goes wrong in their pages. */
final class ReportBrowser implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "chrome");

    /** As long as a page may take where other work keeps the machine busy. */
    private static final int TIMEOUT_MS = 120_000;

    /** Console errors, errors of scripts, and requests that lead out of the folder. */
    final List<String> faults = new CopyOnWriteArrayList<>();

    private final Playwright playwright;
    private final Browser browser;

    private ReportBrowser(Path executable) {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")));
    }

    /** Where this machine has a Chromium, if it has one. */
    static Optional<Path> installed() {
        return List.of(System.getenv("PATH").split(":")).stream()
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static ReportBrowser start() {
        return new ReportBrowser(installed().orElseThrow());
    }

    /** How a page is looked at. */
    record Look(int width, int height, boolean dark, String language) {
        static final Look WIDE = new Look(1440, 900, false, "en");
        static final Look PHONE = new Look(400, 800, false, "en");

        Look inDark() {
            return new Look(width, height, true, language);
        }

        Look in(String other) {
            return new Look(width, height, dark, other);
        }
    }

    /** Opens a report at an address, such as {@code #layer=1&head=2}, and waits until it is built. */
    Page open(Path report, String hash, Look look) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(look.width(), look.height())
                .setColorScheme(look.dark() ? ColorScheme.DARK : ColorScheme.LIGHT)
                .setLocale(look.language().equals("pt") ? "pt-BR" : "en-GB"));
        context.setDefaultTimeout(TIMEOUT_MS);
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                faults.add(message.type() + ": " + message.text());
            }
        });
        page.onPageError(error -> faults.add("script: " + error));
        String root = report.toUri().toString();
        page.onRequest(request -> {
            if (!request.url().startsWith(root) && !request.url().matches("(data|blob):.*")) {
                faults.add("request: " + request.url());
            }
        });
        page.navigate(root + "index.html" + hash);
        page.waitForSelector("header.top, .failed");
        settle(page);
        return page;
    }

    /** Waits until nothing is loading any more. */
    static void settle(Page page) {
        page.waitForFunction("() => !document.head.querySelector('script[src^=\"data/\"]')");
        page.waitForTimeout(250);
        page.waitForFunction("() => !document.head.querySelector('script[src^=\"data/\"]')");
        page.waitForTimeout(100);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
