package foco.jobs.attend;

import foco.jobs.input.ArrayNames;
import foco.jobs.input.AttentionFiles;
import foco.jobs.input.AttentionInput;
import foco.jobs.input.AttentionTable;
import foco.jobs.option.CheckpointOptions;
import foco.jobs.option.TaskOptions;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.ProgressLine;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Verbosity;
import foco.jobs.terminal.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "Files are .npy or safetensors, whose tensors are named FILE.safetensors:NAME. They hold float16, bfloat16,"
                    + " float32 or float64 in C order, shaped [n, heads*d], [heads, n, d] or [batch, heads, n, d], all"
                    + " three alike. The output is float32 in the form of the query file. Existing files are replaced once"
                    + " the new ones are whole; a failed command leaves nothing behind.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nGeneral:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  One head, 64 numbers a token, in files of shape [n, 64]:",
            "    foco attend --query Q.npy --key K.npy --value V.npy --output O.npy",
            "  8 query heads on 2 key/value heads, causal, with the log-sum-exp, on 4 cores:",
            "    foco attend --query Q.npy --key K.npy --value V.npy --heads 8 --kv-heads 2 \\",
            "      --causal --output O.npy --lse L.npy --master 'local[4]'",
            "  One that also slides a window of 4096 tokens, as Mistral's; both say the same:",
            "    foco attend --query Q.npy --key K.npy --value V.npy --output O.npy \\",
            "      --heads 32 --causal --window 4095,0",
            "    foco attend --query Q.npy --key K.npy --value V.npy --output O.npy \\",
            "      --spec 'heads 32, causal and window(4095, 0)'",
            "  A Parquet table, of many sequences if it has a column sequence:",
            "    foco attend --input tokens.parquet --heads 8 --output attended.parquet",
            "  Llama 3.1 8B, whose queries and keys are not turned yet:",
            "    foco attend --query Q.npy --key K.npy --value V.npy --output O.npy \\",
            "      --heads 32 --kv-heads 8 --causal \\",
            "      --rope --rope-base 500000 --rope-scaling llama3:8,1,4,8192",
            "  Its next tokens, after those whose keys and values were kept:",
            "    foco attend --query Q.npy --key K.npy --value V.npy --output O.npy \\",
            "      --heads 32 --kv-heads 8 --causal \\",
            "      --rope --rope-base 500000 --rope-scaling llama3:8,1,4,8192 \\",
            "      --past-key PK.npy --past-value PV.npy \\",
            "      --present-key NK.npy --present-value NV.npy",
            "  Packed training texts, told apart by the table's column text:",
            "    foco attend --input tokens.parquet --heads 8 --causal --documents text \\",
            "      --output attended.parquet",
        })
public final class AttendCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private Verbosity foco;

    @ArgGroup(validate = false, heading = "%nInput:%n")
    private InputOptions input = new InputOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING)
    private OutputOptions output = new OutputOptions();

    @Mixin
    private AttentionInput attention = new AttentionInput();

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

    @Override
    public Integer call() throws IOException {
        checkOptions();
        AttendJob job = job(FocoSession.hadoop());
        SparkContext spark = FocoSession.start("foco attend", foco.isVerbose());
        AttendReport report;
        try (ProgressLine line = FocoSession.progress(
                spark, foco.isVerbose(), command.commandLine().getErr())) {
            report = job.run(spark, tasks.settings());
        }
        command.commandLine().getOut().println(output.isJson() ? report.json() : report.lines());
        command.commandLine().getOut().flush();
        return 0;
    }

    private void checkOptions() {
        List<String> missing = new ArrayList<>();
        boolean files = input.query != null || input.key != null || input.value != null;
        UsageLine.require(
                !files || input.table == null,
                command,
                "--input stands in place of --query, --key and --value; give one or the other");
        if (input.table == null) {
            addIfMissing(missing, input.query, "--query");
            addIfMissing(missing, input.key, "--key");
            addIfMissing(missing, input.value, "--value");
        }
        if (output.isMissing()) {
            missing.add("--output");
        }
        UsageLine.require(
                missing.isEmpty(),
                command,
                "%s %s missing".formatted(String.join(", ", missing), missing.size() == 1 ? "is" : "are"));
        output.check(command, input.table != null);
        tasks.check(command);
        attention.check(command, input.table != null, true);
    }

    private static void addIfMissing(List<String> missing, String value, String option) {
        if (value == null) {
            missing.add(option);
        }
    }

    private AttendJob job(Configuration hadoop) throws IOException {
        if (input.table != null) {
            AttentionTable table = new AttentionTable(input.table, attention, hadoop);
            return new AttendTable(table, output, attention.isCausal(), checkpoint, hadoop);
        }
        AttentionFiles files =
                new AttentionFiles(new ArrayNames(input.query, input.key, input.value), attention, hadoop);
        return new AttendFiles(files, output, attention.isCausal(), checkpoint, hadoop);
    }
}
