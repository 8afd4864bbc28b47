package foco.jobs.report;

import foco.driver.storage.Location;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The page of a report: a frame that scripts fill. */
final class Page {
    private static final String FRAME = "assets/index.html";

    private Page() {}

    static void write(Path folder, Configuration hadoop, String title) throws IOException {
        String scripts = Assets.SCRIPTS.stream()
                .map(script -> "<script src=\"assets/" + script + "\" defer></script>")
                .collect(Collectors.joining("\n"));
        String page = Assets.text(FRAME).replace("@SCRIPTS@", scripts).replace("@TITLE@", escaped(title));
        try (OutputStream out = Location.of(folder.toString(), hadoop)
                .fileSystem(hadoop)
                .create(new Path(folder, "index.html"), true)) {
            out.write(page.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** As text of HTML, in an attribute too. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
