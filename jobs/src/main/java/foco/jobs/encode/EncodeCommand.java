package foco.jobs.encode;

import foco.driver.file.FileFormats;
import foco.driver.file.ParquetTable;
import foco.driver.file.TableFormat;
import foco.driver.model.Pooling;
import foco.driver.model.PretrainedModel;
import foco.driver.settings.FocoConf;
import foco.driver.text.Document;
import foco.driver.text.PositionMode;
import foco.driver.text.TextFiles;
import foco.jobs.option.TaskOptions;
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
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco encode}: whole texts through all layers of a real model. */
@Command(
        name = "encode",
        header = "Run whole texts through a real model: a vector for each token, or for each text.",
        customSynopsis = "foco encode TEXT --model MODEL --output OUT [OPTIONS]",
        description = {
            "",
            "Every token of a text attends to every other that the model lets it see, however long the text is. The result is"
                    + " the hidden states of its tokens after the last layer, or with --pool one vector for each text.",
            "",
            "To NAME.npy go the numbers alone, float32 [tokens, width] or [texts, width]; to NAME.safetensors the numbers with"
                    + " each token's document, id, start and end; to NAME.parquet, or any other name, a new Parquet table, a row"
                    + " for each token: document, position, token, id, start, end, layer, hidden; or for each text: document,"
                    + " vector. Starts and ends are in UTF-16 units.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        parameterListHeading = "%nInput:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  A book through the built-in model, a vector for each token:",
            "    foco encode book.txt --model minilm --output book.npy",
            "  A vector for each line of a file, of length 1:",
            "    foco encode lines.txt --lines --model minilm --pool mean --normalize \\",
            "      --output vectors.npy",
        })
public final class EncodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private Verbosity foco;

    @Parameters(
            paramLabel = "TEXT",
            arity = "0..1",
            description =
                    "A text in UTF-8; a folder, each of whose files is a text; or a Parquet table with a column text"
                            + " and perhaps document, the texts' names.")
    private String text;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description =
                    "minilm, which is built in; a folder of Hugging Face or TensorFlow; or an .onnx file of a BERT encoder."
                            + " foco model MODEL tells about it.")
    private String model;

    @Option(names = "--output", paramLabel = "OUT", description = "Where to write.")
    private String output;

    @Option(names = "--lines", description = "Each line of the file TEXT is a text of its own.")
    private boolean lines;

    @Option(
            names = "--positions",
            paramLabel = "MODE",
            defaultValue = "paragraphs",
            description = "What to do with a text of more tokens than the model has learned places for. paragraphs (the"
                    + " default): places begin again in each paragraph, and attention is over the whole text; stretch: places"
                    + " are spread over the text; windows: overlapping parts that attend only to themselves; refuse.")
    private String positions;

    @Option(
            names = "--layers",
            paramLabel = "N",
            split = ",",
            description =
                    "The layers whose result to write: 0 is the embedding (default: the last). Those above are not computed.")
    private List<Integer> layers = new ArrayList<>();

    @Option(
            names = "--pool",
            paramLabel = "HOW",
            defaultValue = "none",
            description = "One vector for each text: mean of its tokens, cls (the first) or last; none (the default).")
    private String pool;

    @Option(names = "--normalize", description = "With --pool: each vector is divided by its length.")
    private boolean normalize;

    @Option(
            names = "--keep",
            paramLabel = "N",
            split = ",",
            description =
                    "Also write queries, keys, values and log-sum-exp of these layers, counted from 1, to .npy files"
                            + " named after OUT, for foco weights; of one text.")
    private List<Integer> keep = new ArrayList<>();

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description =
                    "Keep finished layers, and finished parts of the layer that is being computed, in this folder, which"
                            + " every executor must reach. Should the command end too early, the same command goes on"
                            + " from them. The folder is removed once the output is in its place.")
    private String checkpoint;

    @ArgGroup(validate = false, heading = TaskOptions.HEADING)
    private TaskOptions tasks = new TaskOptions();

    @Override
    public Integer call() throws IOException {
        checkOptions();
        Configuration hadoop = FocoSession.hadoop();
        PrintWriter err = command.commandLine().getErr();
        EncodeJob.Request request = new EncodeJob.Request(
                output,
                new TreeSet<>(layers),
                Pooling.of(pool),
                normalize,
                new TreeSet<>(keep),
                PositionMode.of(positions).orElseThrow(),
                Optional.ofNullable(checkpoint));
        EncodeJob job = new EncodeJob(PretrainedModel.open(model, hadoop), request, hadoop);
        Optional<List<Document>> read = isTable() ? Optional.empty() : Optional.of(files(hadoop));
        // What can be refused is, before Spark starts.
        read.ifPresent(job::tokenize);
        SparkContext context = FocoSession.start("foco encode", foco.isVerbose());
        if (read.isEmpty()) {
            SparkSession spark = FocoSession.sql(context, tasks.settings());
            job.tokenize(TextTable.read(ParquetTable.open(text, hadoop), spark));
        }
        String report;
        try (ProgressLine line = FocoSession.progress(context, foco.isVerbose(), err)) {
            report = job.run(context, FocoConf.of(context, tasks.settings()));
        }
        command.commandLine().getOut().println(report);
        command.commandLine().getOut().flush();
        return 0;
    }

    private boolean isTable() {
        return FileFormats.of(text).filter(TableFormat.PARQUET::equals).isPresent();
    }

    private List<Document> files(Configuration hadoop) throws IOException {
        return lines ? TextFiles.lines(text, hadoop) : TextFiles.read(text, hadoop);
    }

    private void checkOptions() {
        UsageLine.require(text != null, command, "a text is missing; name a file, a folder or a table");
        UsageLine.require(model != null, command, "--model is missing; minilm is built in");
        UsageLine.require(output != null, command, "--output is missing");
        UsageLine.require(
                !StateForm.isForeign(output),
                command,
                "--output %s: results go to an .npy file, a .safetensors file or a Parquet table; name it %s, or %s"
                        .formatted(output, FileFormats.npy(output), FileFormats.table(output, TableFormat.PARQUET)));
        UsageLine.require(
                PositionMode.of(positions).isPresent(),
                command,
                "--positions must be %s, and is \"%s\"".formatted(String.join(", ", PositionMode.names()), positions));
        UsageLine.require(
                pool.equals("none") || Pooling.of(pool).isPresent(),
                command,
                "--pool must be mean, cls, last or none, and is \"%s\"".formatted(pool));
        UsageLine.require(
                !normalize || !pool.equals("none"), command, "--normalize is of one vector for each text; add --pool");
        UsageLine.require(
                pool.equals("none") || layers.size() <= 1,
                command,
                "--pool takes the result of one layer; name one with --layers");
        UsageLine.require(
                !lines || !isTable(), command, "--lines is of a text file, and %s is a table".formatted(text));
        tasks.check(command);
    }
}
