package foco.report;

import com.microsoft.playwright.Page;
import foco.report.ReportBrowser.Look;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Pictures of every view of a report, wide and narrow, light and dark: {@code Pictures REPORT FOLDER [NAME-PREFIX]}. The last
 * tells which pictures are wanted.
 */
final class Pictures {
    private Pictures() {}

    private static final Map<String, String> VIEWS = Map.ofEntries(
            Map.entry("first", ""),
            Map.entry("heads", "#layer=2&head=4&tab=heads"),
            Map.entry("token", "#panel=map&layer=1&head=2&token=42"),
            Map.entry("layer", "#panel=map&layer=1&head=0&token=42&shade=entropy"),
            Map.entry("compare-heads", "#layer=1&head=3&with=2.2&level=paragraph&panel=map&tab=middle"),
            Map.entry("search", "#layer=1&head=2&panel=search&tab=middle&token=42"),
            Map.entry("compare-words", "#layer=1&head=2&word=%s&panel=search&tab=middle&a=%s&b=%s"),
            Map.entry("links", "#panel=links&tab=middle&layer=3&head=2"),
            Map.entry("profile", "#panel=profile&tab=middle&layer=4&head=9"),
            Map.entry("profile-mean", "#panel=profile&tab=middle&layer=4&head=0"),
            Map.entry("likeness", "#panel=likeness&tab=middle&layer=2&head=3"),
            Map.entry("rollout", "#panel=rollout&tab=middle&shade=rollout"),
            Map.entry("map", "#layer=2&head=2&from=20&to=90&panel=map&tab=middle&cell=paragraph.0.1"),
            Map.entry("text", "#layer=1&head=2&token=42&tab=text"),
            Map.entry("facts", "#view=facts"));

    public static void main(String[] args) throws IOException {
        Path report = Path.of(args[0]).toAbsolutePath();
        Path folder = Files.createDirectories(Path.of(args[1]));
        String wanted = args.length > 2 && !args[2].isEmpty() ? args[2] : ".*";
        try (ReportBrowser browser = ReportBrowser.start()) {
            List<?> word = wordOfTwoPlaces(browser, report);
            for (Look look : looks()) {
                VIEWS.forEach((view, hash) -> {
                    String name = "%s-%d-%s-%s"
                            .formatted(view, look.width(), look.dark() ? "dark" : "light", look.language());
                    if (name.matches(wanted)) {
                        Page page = browser.open(report, hash.formatted(word.toArray()), look);
                        page.screenshot(new Page.ScreenshotOptions()
                                .setPath(folder.resolve(name + ".png"))
                                .setFullPage(look.width() < 1000));
                        page.context().close();
                    }
                });
            }
            browser.faults.forEach(System.err::println);
        }
    }

    private static List<Look> looks() {
        return Stream.of(Look.WIDE, Look.PHONE)
                .flatMap(look -> Stream.of(look, look.inDark()))
                .flatMap(look -> Stream.of(look, look.in("pt")))
                .toList();
    }

    /** A word of the text, and two of its places. */
    private static List<?> wordOfTwoPlaces(ReportBrowser browser, Path report) {
        Page page = browser.open(report, "", Look.WIDE);
        List<?> word = (List<?>) page.evaluate("""
                () => {
                  const places = new Map();
                  for (const token of foco.book.spelled) {
                    const word = foco.book.wordAt(token);
                    places.set(word, [...(places.get(word) ?? []), token]);
                  }
                  const several = [...places].filter(([word, all]) => /^\\p{L}{5,}$/u.test(word) && all.length > 1);
                  const [word, all] = several.find(([each]) => each === "banco") ?? several[0] ?? ["", [0, 0]];
                  return [word, all[0], all[1]];
                }""");
        page.context().close();
        return word;
    }
}
