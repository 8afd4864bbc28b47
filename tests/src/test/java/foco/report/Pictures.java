package foco.report;

import com.microsoft.playwright.Page;
import foco.report.ReportBrowser.Look;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Pictures of every view of a report, wide and narrow, light and dark: {@code Pictures REPORT FOLDER [NAME-PREFIX]}. The last
 * tells which pictures are wanted.
 */
final class Pictures {
    private Pictures() {}

    private static Map<String, String> views(Path report) {
        Map<String, String> views = new LinkedHashMap<>();
        views.put("first", "");
        views.put("heads", "#layer=2&head=4&tab=heads");
        views.put("token", "#layer=1&head=2&token=120");
        views.put("layer", "#layer=1&head=0&token=120&shade=entropy");
        views.put("compare-heads", "#layer=1&head=3&with=2.2&level=paragraph&tab=middle");
        views.put("search", "#layer=1&head=2&word=banco&panel=search&tab=middle&token=30");
        views.put("likeness", "#panel=likeness&tab=middle&layer=2&head=3");
        views.put("rollout", "#panel=rollout&tab=middle&shade=rollout");
        views.put("map", "#layer=2&head=2&from=200&to=700&tab=middle&cell=paragraph.5.6");
        views.put("text", "#layer=1&head=2&token=120&tab=text");
        views.put("facts", "#view=facts");
        return views;
    }

    public static void main(String[] args) throws IOException {
        Path report = Path.of(args[0]);
        Path folder = Files.createDirectories(Path.of(args[1]));
        String wanted = args.length > 2 ? args[2] : "";
        try (ReportBrowser browser = ReportBrowser.start()) {
            for (Look look : new Look[] {
                Look.WIDE, Look.PHONE, Look.WIDE.inDark(), Look.PHONE.inDark().in("pt")
            }) {
                views(report).forEach((view, hash) -> {
                    String name = "%s-%d-%s".formatted(view, look.width(), look.dark() ? "dark" : "light");
                    if (name.matches(wanted.isEmpty() ? ".*" : wanted)) {
                        Page page = browser.open(report, hash, look);
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
}
