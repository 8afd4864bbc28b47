package foco.jobs.report;

import foco.driver.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The files of the page that are alike in every report: styles, scripts, and d3 with its licence. */
final class Assets {
    private static final String D3 = "/META-INF/resources/webjars/d3/7.9.0/";

    /** In the order in which the page loads them. */
    static final List<String> SCRIPTS = List.of(
            "d3.min.js",
            "core.js",
            "strings-en.js",
            "strings-pt.js",
            "format.js",
            "said.js",
            "state.js",
            "chunks.js",
            "book.js",
            "palette.js",
            "pen.js",
            "export.js",
            "atlas.js",
            "map.js",
            "ribbon.js",
            "arcs.js",
            "text.js",
            "token.js",
            "search.js",
            "links.js",
            "distances.js",
            "repeats.js",
            "likeness.js",
            "rollout.js",
            "findings.js",
            "facts.js",
            "layout.js",
            "start.js");

    private Assets() {}

    static void copy(Path folder, Configuration hadoop) throws IOException {
        FileSystem fileSystem = Location.of(folder.toString(), hadoop).fileSystem(hadoop);
        for (String script : SCRIPTS.subList(1, SCRIPTS.size())) {
            copy("assets/" + script, new Path(folder, script), fileSystem);
        }
        copy("assets/foco.css", new Path(folder, "foco.css"), fileSystem);
        copy(D3 + "dist/d3.min.js", new Path(folder, "d3.min.js"), fileSystem);
        copy(D3 + "LICENSE", new Path(folder, "d3-LICENSE.txt"), fileSystem);
    }

    /** A text of the jar's. */
    static String text(String name) throws IOException {
        try (InputStream in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream open(String name) {
        InputStream in = Assets.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException("foco.jar lacks " + name + "; build it again");
        }
        return in;
    }

    private static void copy(String name, Path file, FileSystem fileSystem) throws IOException {
        try (InputStream in = open(name);
                OutputStream out = fileSystem.create(file, true)) {
            in.transferTo(out);
        }
    }
}
