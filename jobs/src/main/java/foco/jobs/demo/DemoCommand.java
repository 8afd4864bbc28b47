package foco.jobs.demo;

import foco.driver.file.FileFormats;
import foco.driver.storage.NotedFolder;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.ProgressLine;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Verbosity;
import foco.jobs.terminal.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco demo}: what the words of a text attend to in a real model's first layer. */
@Command(
        name = "demo",
        header = "Show what the words of a text attend to, in the first layer of a real model.",
        description = {
            "",
            "Takes an essay that ships with Foco, in which words mean two things, or a text of yours; makes queries, keys"
                    + " and values of it with the weights of all-MiniLM-L6-v2; lets every token attend to every token of the"
                    + " whole text, on Spark; prints what some words attend to in each head; and leaves the whole result as a"
                    + " Parquet table.",
            "",
            "The model knows 512 places, and a text may be longer: places are counted from each paragraph's start, and a"
                    + " paragraph of more than 510 tokens is cut into several. Attention itself is not cut.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  The essay:",
            "    foco demo",
            "  Another word of it, and more of what it attends to:",
            "    foco demo --word spring --top 5",
            "  A text of yours:",
            "    foco demo --text letter.txt --word you --output letter",
        })
public final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private Verbosity foco;

    @Option(names = "--text", paramLabel = "FILE", description = "A text of yours in place of the essay, in UTF-8.")
    private String file;

    @Option(
            names = "--word",
            paramLabel = "WORD",
            description = "A word to show, where it first occurs; can be given again.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--tokens",
            paramLabel = "N",
            split = ",",
            description = "Tokens to show, by their position in the result.")
    private List<Integer> tokens = new ArrayList<>();

    @Option(
            names = "--top",
            paramLabel = "K",
            defaultValue = "2",
            description = "How many words to show for each head (default: ${DEFAULT-VALUE}).")
    private int top;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "foco-demo",
            description = "A folder for the whole result (default: ${DEFAULT-VALUE}); replaced if a demo wrote it.")
    private String output;

    @Parameters(hidden = true)
    private List<String> strays = new ArrayList<>();

    private Optional<ProgressLine> line = Optional.empty();

    @Override
    public Integer call() throws IOException {
        refuseStrays();
        UsageLine.require(top >= 1, command, "--top must be 1 or more, and is " + top);
        UsageLine.require(
                FileFormats.of(output).isEmpty() && !FileFormats.isForeign(output),
                command,
                "--output %s: the result is a folder of several files; name it %s"
                        .formatted(output, FileFormats.bare(output)));
        Configuration hadoop = FocoSession.hadoop();
        NotedFolder folder = Demo.folder(output, hadoop);
        DemoText text = file == null ? DemoText.essay() : DemoText.file(file);
        Demo demo = new Demo(text, folder, this::progress);
        demo.choose(words, tokens);
        SparkSession spark = FocoSession.open("foco demo", foco.isVerbose());
        String page;
        try (ProgressLine drawn = FocoSession.progress(
                spark.sparkContext(), foco.isVerbose(), command.commandLine().getErr())) {
            line = Optional.of(drawn);
            page = demo.run(spark, top, Ansi.AUTO.enabled());
        }
        command.commandLine().getOut().print(page);
        command.commandLine().getOut().flush();
        return 0;
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

    private void progress(String step) {
        String text = "foco demo: " + step;
        PrintWriter err = command.commandLine().getErr();
        line.ifPresentOrElse(drawn -> drawn.println(text), () -> err.println(text));
        err.flush();
    }
}
