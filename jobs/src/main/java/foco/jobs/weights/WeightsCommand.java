package foco.jobs.weights;

import foco.driver.file.FileFormats;
import foco.driver.file.TableFormat;
import foco.driver.settings.FocoConf;
import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import foco.driver.weights.WeightSelection;
import foco.jobs.input.ArrayNames;
import foco.jobs.input.AttentionFiles;
import foco.jobs.input.AttentionInput;
import foco.jobs.input.AttentionTable;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Verbosity;
import foco.jobs.terminal.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco weights}: what chosen queries attend to, without computing the attention of all. */
@Command(
        name = "weights",
        header = "Read what chosen queries attend to: exact weights, or scores.",
        customSynopsis = {
            "foco weights --query Q --key K --output W [--queries I-J] [OPTIONS]",
            "       foco weights --input TABLE --output W [--queries I-J] [OPTIONS]",
        },
        description = {
            "",
            "Weights are computed in float64 from the files or the table that foco attend takes, for the chosen queries"
                    + " alone. To NAME.npy or NAME.safetensors they go as float32 [batch, heads, queries, keys], all"
                    + " sequences alike; to a file NAME.csv as lines of sequence, position, head, key, weight; to"
                    + " NAME.parquet, or any other name, as a new Parquet table, a row for each query and head: sequence,"
                    + " position, head, first_key and the array weights. At an earlier stage than weight they are called"
                    + " score and scores.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nGeneral:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  What the last of 20,000 tokens attends to in each of 12 heads:",
            "    foco weights --query Q.npy --key K.npy --heads 12 --causal \\",
            "      --queries 19999 --output W.npy",
            "  How much queries 0 to 999 give to the first four tokens, as a table:",
            "    foco weights --input tokens.parquet --heads 12 \\",
            "      --queries 0-999 --keys 0-3 --output sinks.parquet",
            "  What token 7 attends to, for a spreadsheet:",
            "    foco weights --query Q.npy --key K.npy --heads 12 --causal \\",
            "      --queries 7 --output seven.csv",
        })
public final class WeightsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private Verbosity foco;

    @ArgGroup(validate = false, heading = "%nInput and output:%n")
    private Files files = new Files();

    @ArgGroup(validate = false, heading = WeightsOptions.HEADING)
    private WeightsOptions weights = new WeightsOptions();

    @Mixin
    private AttentionInput attention = new AttentionInput();

    static final class Files {
        @Option(names = "--query", paramLabel = "Q", description = "Queries, an .npy file.")
        private String query;

        @Option(names = "--key", paramLabel = "K", description = "Keys, an .npy file.")
        private String key;

        @Option(
                names = "--input",
                paramLabel = "TABLE",
                description = "In place of the two: a Parquet table with columns position, query, key and, for many"
                        + " sequences, sequence.")
        private String table;

        @Option(
                names = "--output",
                paramLabel = "W",
                description = "Where to write: an .npy, .safetensors or .csv file, or a new Parquet table.")
        private String output;
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        Configuration hadoop = FocoSession.hadoop();
        WeightSink output = WeightSink.of(files.output, hadoop);
        WeightsInput input = files.table == null ? ofFiles(output.target(), hadoop) : ofTable(hadoop);
        SparkSession spark = FocoSession.open("foco weights", foco.isVerbose());
        Dataset<Row> rows = input.read(spark, weights.selection());
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            output.write(rows, pending);
            pending.commit();
        }
        command.commandLine().getOut().println("weights -> " + files.output);
        command.commandLine().getOut().flush();
        return 0;
    }

    /** Where the weights come from. */
    private interface WeightsInput {
        Dataset<Row> read(SparkSession spark, WeightSelection selection) throws IOException;
    }

    private WeightsInput ofFiles(OutputTarget output, Configuration hadoop) throws IOException {
        AttentionFiles input = new AttentionFiles(new ArrayNames(files.query, files.key, files.key), attention, hadoop);
        input.checkTargets(List.of(output));
        return (spark, selection) -> {
            SparkContext context = spark.sparkContext();
            FocoConf conf = FocoConf.of(context, Map.of());
            return input.attention(context, conf)
                    .weights(spark, input.queryTokens(context, conf), input.keyTokens(context, conf), selection);
        };
    }

    private WeightsInput ofTable(Configuration hadoop) throws IOException {
        AttentionTable input = new AttentionTable(files.table, attention, hadoop);
        return (spark, selection) -> {
            Dataset<Row> tokens = input.rows(spark);
            var chosen = input.attention(spark, input.spec(tokens, List.of("query", "key", "key")));
            return input.named(() -> chosen.weights(tokens, selection));
        };
    }

    private void checkOptions() {
        UsageLine.require(
                files.query == null && files.key == null || files.table == null,
                command,
                "--input stands in place of --query and --key; give one or the other");
        List<String> missing = new ArrayList<>();
        if (files.table == null && files.query == null) {
            missing.add("--query");
        }
        if (files.table == null && files.key == null) {
            missing.add("--key");
        }
        if (files.output == null) {
            missing.add("--output");
        }
        UsageLine.require(
                missing.isEmpty(),
                command,
                "%s %s missing".formatted(String.join(", ", missing), missing.size() == 1 ? "is" : "are"));
        UsageLine.require(
                !FileFormats.isForeign(files.output),
                command,
                "--output %s: weights go to an .npy, .safetensors or .csv file or a Parquet table; name it %s, %s or %s"
                        .formatted(
                                files.output,
                                FileFormats.npy(files.output),
                                FileFormats.table(files.output, TableFormat.CSV),
                                FileFormats.table(files.output, TableFormat.PARQUET)));
        weights.check(command);
        attention.check(command, files.table != null, false);
    }
}
