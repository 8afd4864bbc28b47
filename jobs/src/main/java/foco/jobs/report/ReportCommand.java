package foco.jobs.report;

import foco.driver.block.InvalidInputException;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.ProgressLine;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Verbosity;
import foco.jobs.terminal.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco report}: makes a page of an analysis, for a browser. */
@Command(
        name = "report",
        header = "Make a page of an analysis, to be opened in a browser.",
        description = {
            "",
            "Reads the tables that foco analyze has written to the folder DIR, and writes the folder DIR/report. Its"
                    + " index.html opens from the disk, without network or server: an atlas of all layers and heads, maps of"
                    + " which sections attend to which, curves and long links along the document, and the text itself, of"
                    + " which every token shows what it attends to and what attends to it.",
            "",
            "If DIR holds several such folders, each gets its report, and DIR/report.html leads to all.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  The report of an analysis:",
            "    foco report book.analysis",
            "  A smaller one, with a title, elsewhere:",
            "    foco report book.analysis --title Casmurro --links 2 \\",
            "      --output page",
        })
public final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private Verbosity foco;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "The folder of an analysis, or of several.")
    private String analysis;

    @Option(names = "--title", paramLabel = "TITLE", description = "A title in place of the analysis's own.")
    private String title;

    @Option(
            names = "--links",
            paramLabel = "K",
            defaultValue = "" + Report.Options.USUAL_LINKS,
            description =
                    "How many links each token keeps each way in each head at most, from 1 to 15; most of the report's size"
                            + " is links (default: ${DEFAULT-VALUE}).")
    private int links;

    @Option(
            names = "--least",
            paramLabel = "WEIGHT",
            defaultValue = "" + Report.Options.USUAL_LEAST,
            description = "Leave out links of less weight, from 0 to 1; 0 keeps all (default: ${DEFAULT-VALUE}).")
    private double least;

    @Option(
            names = "--output",
            paramLabel = "REPORT",
            description = "A folder in place of DIR/report; replaced if a report wrote it.")
    private String output;

    @Override
    public Integer call() throws IOException {
        UsageLine.require(analysis != null, command, "the folder of an analysis is missing");
        UsageLine.require(
                links >= 1 && links <= Report.Options.MOST_LINKS,
                command,
                "--links must be from 1 to %d, and is %d".formatted(Report.Options.MOST_LINKS, links));
        UsageLine.require(least >= 0 && least <= 1, command, "--least must be from 0 to 1, and is " + least);
        Configuration hadoop = FocoSession.hadoop();
        Report.Options options =
                new Report.Options(Optional.ofNullable(title), links, least, Optional.ofNullable(output));
        List<String> several = ManyReports.within(analysis, hadoop);
        if (several.isEmpty()) {
            one(Report.of(analysis, options, hadoop));
        } else {
            many(ManyReports.of(analysis, several, options, hadoop));
        }
        return 0;
    }

    private void one(Report report) throws IOException {
        SparkSession spark = FocoSession.open("foco report", foco.isVerbose());
        PrintWriter err = command.commandLine().getErr();
        String page;
        try (ProgressLine line = FocoSession.progress(spark.sparkContext(), foco.isVerbose(), err)) {
            page = report.write(spark, step -> line.println("foco report: " + step));
        }
        print("report of %s -> %s".formatted(report.title(), page));
    }

    private void many(ManyReports reports) throws IOException {
        if (output != null) {
            throw new InvalidInputException(
                    "--output takes one report, and %s holds several analyses; leave it out".formatted(analysis));
        }
        SparkSession spark = FocoSession.open("foco report", foco.isVerbose());
        PrintWriter err = command.commandLine().getErr();
        String page;
        try (ProgressLine line = FocoSession.progress(spark.sparkContext(), foco.isVerbose(), err)) {
            page = reports.write(spark, step -> line.println("foco report: " + step));
        }
        print("reports of %d analyses -> %s".formatted(reports.size(), page));
    }

    private void print(String line) {
        command.commandLine().getOut().println(line);
        command.commandLine().getOut().flush();
    }
}
