package foco.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco attend}: exact multi-head attention of three {@code .npy} files, or of a Parquet table. */
@Command(
        name = "attend",
        header = "Compute exact multi-head attention of .npy files or a Parquet table.",
        customSynopsis = {
            "foco attend --query Q --key K --value V --output O [--lse L] [OPTIONS]",
            "       foco attend --input TABLE --output TABLE [OPTIONS]",
        },
        description = {
            "",
            "Files hold float16, float32 or float64 in C order, shaped [n, heads*d], [heads, n, d] or"
                    + " [batch, heads, n, d], all three alike. The output is float32 in the form of the query file. Existing"
                    + " .npy files are replaced once the new ones are whole; a failed command leaves nothing behind.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Foco.Version.class,
        usageHelpAutoWidth = true,
        optionListHeading = "%nGeneral:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  One head, 64 numbers a token, in files of shape [n, 64]:",
            "    foco attend --query Q.npy --key K.npy --value V.npy --output O.npy",
            "  8 query heads on 2 key/value heads, causal, with the log-sum-exp, on 4 cores:",
            "    foco attend --query Q.npy --key K.npy --value V.npy --heads 8 --kv-heads 2 \\",
            "      --causal --output O.npy --lse L.npy --master 'local[4]'",
            "  One that also slides a window of 4096 tokens, as Mistral's:",
            "    foco attend --query Q.npy --key K.npy --value V.npy --output O.npy --heads 32 \\",
            "      --causal --window 4095,0",
            "  A Parquet table, of many sequences if it has a column sequence:",
            "    foco attend --input tokens.parquet --heads 8 --output attended.parquet",
            "  Packed training texts, told apart by the table's column text:",
            "    foco attend --input tokens.parquet --heads 8 --causal --documents text --output attended.parquet",
        })
final class AttendCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private Foco foco;

    @ArgGroup(validate = false, heading = "%nInput:%n")
    private InputOptions input = new InputOptions();

    @ArgGroup(validate = false, heading = "%nOutput:%n")
    private OutputOptions output = new OutputOptions();

    @ArgGroup(validate = false, heading = "%nAttention:%n")
    private AttentionOptions attention = new AttentionOptions();

    @ArgGroup(validate = false, heading = MaskOptions.HEADING)
    private MaskOptions masks = new MaskOptions();

    @ArgGroup(validate = false, heading = CheckpointOptions.HEADING)
    private CheckpointOptions checkpoint = new CheckpointOptions();

    @ArgGroup(validate = false, heading = TaskOptions.HEADING)
    private TaskOptions tasks = new TaskOptions();

    static final class InputOptions {
        @Option(names = "--query", paramLabel = "Q", description = "Queries, an .npy file.")
        private String query;

        @Option(names = "--key", paramLabel = "K", description = "Keys, an .npy file.")
        private String key;

        @Option(
                names = "--value",
                paramLabel = "V",
                description = "Values, an .npy file with as many tokens as the keys.")
        private String value;

        @Option(
                names = "--input",
                paramLabel = "TABLE",
                description =
                        "In place of the three: a Parquet table with columns position, query, key, value and, for many"
                                + " sequences, sequence.")
        private String table;
    }

    static final class OutputOptions {
        @Option(
                names = "--output",
                paramLabel = "O",
                description =
                        "The attention's output: an .npy file, or with --input a new Parquet table of sequence, position,"
                                + " output, lse.")
        private String output;

        @Option(
                names = "--lse",
                paramLabel = "L",
                description = "Also write the natural log-sum-exp of each query's scores: [n, heads], [heads, n] or"
                        + " [batch, heads, n].")
        private String lse;

        @Option(names = "--json", description = "End with a JSON object in place of the summary line.")
        private boolean json;
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        AttendJob job = job(FocoSession.hadoop());
        SparkSession spark = FocoSession.open("foco attend", foco.isVerbose());
        AttendReport report;
        try (ProgressLine line = FocoSession.progress(
                spark, foco.isVerbose(), command.commandLine().getErr())) {
            report = runWith(tasks.settings(), job, spark);
        }
        command.commandLine().getOut().println(output.json ? report.json() : report.lines());
        command.commandLine().getOut().flush();
        return 0;
    }

    /** Runs on a session of its own: the settings end with the command. */
    private static AttendReport runWith(Map<String, String> settings, AttendJob job, SparkSession spark)
            throws IOException {
        SparkSession own = spark.newSession();
        settings.forEach((key, value) -> own.conf().set(key, value));
        return job.run(own);
    }

    private void checkOptions() {
        List<String> missing = new ArrayList<>();
        boolean files = input.query != null || input.key != null || input.value != null;
        AttentionOptions.require(
                !files || input.table == null,
                command,
                "--input stands in place of --query, --key and --value; give one or the other");
        if (input.table == null) {
            addIfMissing(missing, input.query, "--query");
            addIfMissing(missing, input.key, "--key");
            addIfMissing(missing, input.value, "--value");
        }
        addIfMissing(missing, output.output, "--output");
        AttentionOptions.require(
                missing.isEmpty(),
                command,
                "%s %s missing".formatted(String.join(", ", missing), missing.size() == 1 ? "is" : "are"));
        AttentionOptions.require(
                output.lse == null || input.table == null,
                command,
                "--lse is for .npy files; the table that --input makes has a column lse");
        tasks.check(command);
        attention.check(command);
        masks.check(command, input.table != null);
    }

    private static void addIfMissing(List<String> missing, String value, String option) {
        if (value == null) {
            missing.add(option);
        }
    }

    private AttendJob job(Configuration hadoop) throws IOException {
        return input.table != null
                ? new AttendTable(input.table, output.output, attention, masks, checkpoint, hadoop)
                : new AttendFiles(
                        input.query,
                        input.key,
                        input.value,
                        output.output,
                        Optional.ofNullable(output.lse),
                        attention,
                        masks,
                        checkpoint,
                        hadoop);
    }
}
