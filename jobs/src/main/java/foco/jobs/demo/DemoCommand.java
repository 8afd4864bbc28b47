package foco.jobs.demo;

import foco.driver.analysis.document.DocumentAnalysis;
import foco.driver.analysis.folder.Finding;
import foco.driver.file.FileFormats;
import foco.driver.plan.Counted;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.ProgressLine;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Verbosity;
import foco.jobs.terminal.Version;
import foco.jobs.terminal.WrappedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco demo}: a page of what the words of a text attend to, in a real model. */
@Command(
        name = "demo",
        header = "Make a page of what the words of a text attend to, in a real model.",
        description = {
            "",
            "Takes a short text that comes with Foco, in Portuguese and English, in which some words have two senses, or a text"
                    + " of yours. The text goes through the model all-MiniLM-L6-v2; every token attends to every token of the"
                    + " whole text. Prints three things that stand out, and writes a folder: report/index.html, to be opened in"
                    + " a browser, and the tables that it is made of.",
            "",
            "It is foco analyze and foco report in one; these take other models, and say what to find.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  The text that comes with Foco:",
            "    foco demo",
            "  A text of yours, and two words in it to compare wherever they occur:",
            "    foco demo --text letter.txt --word you --word well --output letter",
        })
public final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private Verbosity foco;

    @Option(names = "--text", paramLabel = "FILE", description = "A text of yours, in UTF-8.")
    private String file;

    @Option(
            names = "--word",
            paramLabel = "WORD",
            description = "A word whose occurrences are compared; can be given again.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "foco-demo",
            description = "A folder for the result (default: ${DEFAULT-VALUE}); replaced if a demo wrote it.")
    private String output;

    @Parameters(hidden = true)
    private List<String> strays = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        refuseStrays();
        UsageLine.require(
                FileFormats.of(output).isEmpty() && !FileFormats.isForeign(output),
                command,
                "--output %s: the result is a folder of several files; name it %s"
                        .formatted(output, FileFormats.bare(output)));
        UsageLine.require(
                words.stream().noneMatch(String::isBlank), command, "--word is empty; leave it out, or name a word");
        Configuration hadoop = FocoSession.hadoop();
        DemoText text = (file == null ? DemoText.bundled() : DemoText.file(file, hadoop)).withWords(words);
        List<String> lines = new ArrayList<>();
        Demo.write(output, hadoop, folder -> {
            // What can be refused is, before Spark starts.
            Demo demo = new Demo(text, folder, hadoop);
            lines.addAll(run(demo));
        });
        lines.forEach(command.commandLine().getOut()::println);
        command.commandLine().getOut().flush();
        return 0;
    }

    private List<String> run(Demo demo) throws IOException {
        SparkContext context = FocoSession.start("foco demo", foco.isVerbose());
        try (ProgressLine line = FocoSession.progress(
                context, foco.isVerbose(), command.commandLine().getErr())) {
            return lines(demo.run(FocoSession.tables(context, Map.of()), step -> line.println("foco demo: " + step)));
        }
    }

    private List<String> lines(DocumentAnalysis.Report report) {
        List<String> lines = new ArrayList<>();
        lines.add("%s through %s of %s, in %.0f s. What stands out:"
                .formatted(
                        Counted.text(report.tokens(), "token"),
                        Counted.text(report.layers(), "layer"),
                        Counted.text(report.heads(), "head"),
                        report.seconds()));
        for (Finding finding : Telling.of(report.findings())) {
            lines.add("");
            lines.addAll(WrappedText.item(finding.text()));
        }
        lines.add("");
        lines.add("Open in a browser:  %s/%s/index.html".formatted(output, Demo.REPORT));
        lines.add("Ask about it:       ./foco ask %s/%s".formatted(output, Demo.ANALYSIS));
        return lines;
    }

    /** A text or a word that stands alone: which of the two it is, its looks may tell. */
    private void refuseStrays() {
        if (!strays.isEmpty()) {
            String stray = strays.get(0);
            boolean text = Files.exists(Path.of(stray)) || stray.matches(".*[./].*");
            throw new ParameterException(
                    command.commandLine(),
                    "'%s' follows no option; did you mean %s %1$s?".formatted(stray, text ? "--text" : "--word"));
        }
    }
}
