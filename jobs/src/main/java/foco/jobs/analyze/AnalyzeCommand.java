package foco.jobs.analyze;

import foco.driver.file.FileFormats;
import foco.driver.text.PositionMode;
import foco.jobs.input.AttentionInput;
import foco.jobs.option.TaskOptions;
import foco.jobs.report.Report;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.ProgressLine;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Verbosity;
import foco.jobs.terminal.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco analyze}: what a whole text attends to, in every layer and head. */
@Command(
        name = "analyze",
        header = "Find what a whole text attends to, in every layer and head: exact statistics.",
        customSynopsis = {
            "foco analyze TEXT --model MODEL --output DIR [OPTIONS]",
            "       foco analyze --query Q --key K --output DIR [OPTIONS]",
            "       foco analyze --input TABLE --output DIR [OPTIONS]",
        },
        description = {
            "",
            "Takes one text through a model, or queries and keys as foco attend takes them, and gathers statistics of all"
                    + " weights: no weight is left out, however long the text is. It prints what stands out, and writes a folder"
                    + " of Parquet tables, joined to the text by token position and character offset: tokens, sections,"
                    + " positions, distances, section_map, top_keys, top_queries, links, repeats, heads, likeness; and"
                    + " analysis.json, which comes last.",
            "",
            "If the command is ended, the same command goes on: layers whose tables are there are not computed again.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        parameterListHeading = "%nInput:%n",
        optionListHeading = "%nGeneral:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  A book through the built-in model, and a page of it for a browser:",
            "    foco analyze book.txt --model minilm --output analysis --report",
            "  What two words attend to at each of their occurrences, in two layers:",
            "    foco analyze letter.txt --model minilm --output analysis \\",
            "      --words you,well --layers 1,6",
            "  How far the heads of a decoder look, and what they look at most:",
            "    foco analyze --query Q.npy --key K.npy --heads 12 --causal \\",
            "      --only distance,distances,top-keys --output analysis",
        })
public final class AnalyzeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private Verbosity foco;

    @Parameters(paramLabel = "TEXT", arity = "0..1", description = "A text in UTF-8.")
    private String text;

    @ArgGroup(validate = false, heading = "%nInput and output:%n")
    private Places places = new Places();

    @ArgGroup(validate = false, heading = AnalyzeOptions.HEADING)
    private AnalyzeOptions options = new AnalyzeOptions();

    @Mixin
    private AttentionInput attention = new AttentionInput();

    @ArgGroup(validate = false, heading = TaskOptions.HEADING)
    private TaskOptions tasks = new TaskOptions();

    static final class Places {
        @Option(
                names = "--model",
                paramLabel = "MODEL",
                description =
                        "Of the text: minilm, which is built in; a folder of Hugging Face or TensorFlow; or an .onnx file of a"
                                + " BERT encoder.")
        String model;

        @Option(
                names = "--positions",
                paramLabel = "MODE",
                defaultValue = "paragraphs",
                description =
                        "What to do with a text of more tokens than the model has learned places for: paragraphs (the"
                                + " default), stretch or refuse, as foco encode has them.")
        String positions;

        @Option(names = "--query", paramLabel = "Q", description = "In place of a text: queries, an .npy file.")
        String query;

        @Option(names = "--key", paramLabel = "K", description = "Keys, an .npy file.")
        String key;

        @Option(
                names = "--input",
                paramLabel = "TABLE",
                description =
                        "In place of the two: a Parquet table with columns position, query and key, and perhaps token, what"
                                + " each token is.")
        String table;

        @Option(
                names = "--output",
                paramLabel = "DIR",
                description = "A folder for the tables: new, empty, or with this analysis, unfinished.")
        String output;

        @Option(names = "--report", description = "Make the page DIR/report too, as foco report does.")
        boolean report;
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        Configuration hadoop = FocoSession.hadoop();
        // What can be refused is, before Spark starts.
        AnalyzeJob job = text == null
                ? new AnalyzeArrays(places, attention, options, hadoop)
                : new AnalyzeText(text, places, options, hadoop);
        SparkContext context = FocoSession.start("foco analyze", foco.isVerbose());
        SparkSession spark = FocoSession.tables(context, tasks.settings());
        try (ProgressLine line = FocoSession.progress(
                context, foco.isVerbose(), command.commandLine().getErr())) {
            PrintWriter out = command.commandLine().getOut();
            out.println(new AnalyzeReport(job.run(spark, tasks.settings()), places.output).lines());
            out.flush();
            if (places.report) {
                out.println("report -> " + page(spark, hadoop, line));
            }
        }
        command.commandLine().getOut().flush();
        return 0;
    }

    private String page(SparkSession spark, Configuration hadoop, ProgressLine line) throws IOException {
        Report.Options usual = Report.Options.usual(Optional.empty(), Optional.empty());
        return Report.of(places.output, usual, hadoop)
                .write(spark, step -> line.println("foco analyze: report: " + step));
    }

    private void checkOptions() {
        boolean files = places.query != null || places.key != null;
        boolean arrays = files || places.table != null;
        UsageLine.require(
                text == null || !arrays,
                command,
                "a text stands in place of --query, --key and --input; give one or the other");
        UsageLine.require(
                !files || places.table == null,
                command,
                "--input stands in place of --query and --key; give one or the other");
        List<String> missing = new ArrayList<>();
        if (!arrays && text == null) {
            missing.add("a text");
        }
        if (!arrays && places.model == null) {
            missing.add("--model");
        }
        if (files && places.query == null) {
            missing.add("--query");
        }
        if (files && places.key == null) {
            missing.add("--key");
        }
        if (places.output == null) {
            missing.add("--output");
        }
        UsageLine.require(
                missing.isEmpty(),
                command,
                "%s %s missing".formatted(String.join(", ", missing), missing.size() == 1 ? "is" : "are"));
        UsageLine.require(
                !arrays || places.model == null, command, "--model is of a text; leave it out, or give a text");
        UsageLine.require(
                !files || !options.needsText(), command, "--words is of a text; leave it out, or give a text");
        UsageLine.require(
                PositionMode.of(places.positions)
                        .filter(mode -> mode != PositionMode.WINDOWS)
                        .isPresent(),
                command,
                "--positions must be paragraphs, stretch or refuse, and is \"%s\"".formatted(places.positions));
        UsageLine.require(
                FileFormats.of(places.output).isEmpty() && !FileFormats.isForeign(places.output),
                command,
                "--output %s: the result is a folder of tables; name it %s"
                        .formatted(places.output, FileFormats.bare(places.output)));
        options.check(command);
        tasks.check(command);
        attention.check(command, places.table != null, false);
    }
}
