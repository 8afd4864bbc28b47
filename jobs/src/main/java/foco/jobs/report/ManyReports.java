package foco.jobs.report;

import foco.driver.analysis.folder.AnalysisFolder;
import foco.driver.analysis.folder.FinishedAnalysis;
import foco.driver.storage.Location;
import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Analyses that lie in one folder, one of each document: each gets a report, and a page lists them. */
final class ManyReports {
    private static final String PAGE = "report.html";

    private final Location location;
    private final List<String> names;
    private final List<Report> reports;
    private final List<FinishedAnalysis> analyses;
    private final Optional<String> title;
    private final Configuration hadoop;

    private ManyReports(
            Location location,
            List<String> names,
            List<Report> reports,
            List<FinishedAnalysis> analyses,
            Optional<String> title,
            Configuration hadoop) {
        this.location = location;
        this.names = names;
        this.reports = reports;
        this.analyses = analyses;
        this.title = title;
        this.hadoop = hadoop;
    }

    /** The analyses within a folder that is none itself; none if there are none. */
    static List<String> within(String name, Configuration hadoop) throws IOException {
        Location location = Location.of(name, hadoop);
        boolean itself = location.find(new Path(location.path(), AnalysisFolder.DOCUMENT), hadoop)
                .isPresent();
        return itself || location.find(location.path(), hadoop).isEmpty()
                ? List.of()
                : FinishedAnalysis.within(name, hadoop);
    }

    static ManyReports of(String name, List<String> names, Report.Options options, Configuration hadoop)
            throws IOException {
        Location location = Location.of(name, hadoop);
        List<Report> reports = new ArrayList<>();
        List<FinishedAnalysis> analyses = new ArrayList<>();
        Report.Options each = new Report.Options(Optional.empty(), options.links(), options.least(), Optional.empty());
        for (String one : names) {
            String path = name + "/" + one;
            reports.add(Report.of(path, each, hadoop));
            analyses.add(FinishedAnalysis.open(path, hadoop));
        }
        return new ManyReports(location, List.copyOf(names), reports, analyses, options.title(), hadoop);
    }

    int size() {
        return names.size();
    }

    String write(SparkSession spark, Consumer<String> progress) throws IOException {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            reports.get(i).write(spark, step -> progress.accept(name + ": " + step));
        }
        String page = location.name() + "/" + PAGE;
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            Writer out = pending.text(OutputTarget.file(page, hadoop));
            out.write(html());
            out.flush();
            pending.commit();
        }
        return page;
    }

    private String html() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            FinishedAnalysis analysis = analyses.get(i);
            rows.append("""
                    <tr><th scope="row"><a href="%s/report/index.html">%s</a></th><td>%,d</td><td>%d × %d</td><td>%s</td></tr>
                    """.formatted(
                    Page.escaped(new Path(names.get(i)).toUri().getRawPath()),
                    Page.escaped(reports.get(i).title()),
                    analysis.tokens(),
                    analysis.layers().size(),
                    analysis.heads().size(),
                    Page.escaped(analysis.json().path("model").path("name").asText(""))));
        }
        String name = title.orElse(location.path().getName());
        return Assets.text("assets/collection.html")
                .replace("@STYLE@", Page.escaped(names.get(0)) + "/report/assets/foco.css")
                .replace("@TITLE@", Page.escaped(name))
                .replace("@ROWS@", rows);
    }
}
