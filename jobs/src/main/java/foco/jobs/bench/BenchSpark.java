package foco.jobs.bench;

import foco.jobs.option.Count;
import foco.jobs.option.TaskOptions;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.ProgressLine;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Version;
import foco.kernels.AttentionSpec;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco bench spark}: attention through Spark beside what its kernel does alone. */
@Command(
        name = "spark",
        header = "Measure attention through Spark beside what its kernel does alone.",
        description = {
            "",
            "One sequence of random tokens, which the executors make, attends to itself; nothing is written. Its rate is"
                    + " told for the stages in which kernels compute and for the whole, from making the input to the kept"
                    + " output. Before and after, every core runs the kernel without anything around it, on one head and"
                    + " at most 65,536 keys; their mean is what the rates are compared with. Operations are 4 x tokens x"
                    + " tokens x width x heads, and for causal half of that.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  A long causal sequence on two cores:",
            "    foco bench spark --causal --master 'local[2]'",
            "  A longer one on a cluster, for programs:",
            "    foco bench spark --tokens 1000000 --width 128 --json \\",
            "      --master yarn --num-executors 20",
        })
final class BenchSpark implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private BenchCommand bench;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "65536",
            description = "Tokens of the sequence (default: ${DEFAULT-VALUE}).")
    private long tokens;

    @Option(names = "--heads", paramLabel = "H", defaultValue = "8", description = "Heads (default: ${DEFAULT-VALUE}).")
    private int heads;

    @Option(
            names = "--width",
            paramLabel = "D",
            defaultValue = "64",
            description = "Width of a head, of keys and values alike (default: ${DEFAULT-VALUE}).")
    private int width;

    @Option(names = "--causal", description = "Query i sees keys 0 to i only.")
    private boolean causal;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "3",
            description =
                    "Time for the kernel alone, before and again after; besides warming up (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--check",
            paramLabel = "N",
            defaultValue = "0",
            description = "Also hold N rows of the output, drawn at random, against float64 (default: none).")
    private int check;

    @ArgGroup(validate = false, heading = TaskOptions.HEADING)
    private TaskOptions tasks = new TaskOptions();

    @Option(names = "--json", description = "A JSON object in place of the lines.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        checkOptions();
        KernelCase timed = new KernelCase(width, causal ? Masking.CAUSAL : Masking.DENSE, heads, tokens, tokens);
        SparkSession spark = FocoSession.open("foco bench spark", bench.isVerbose());
        SparkSession own = spark.newSession();
        tasks.settings().forEach(own.conf()::set);
        SparkRate rate;
        try (ProgressLine line = FocoSession.progress(
                spark.sparkContext(), bench.isVerbose(), command.commandLine().getErr())) {
            rate = new SparkTimer(own, timed, seconds, check).time();
        }
        Machine machine = Machine.current();
        command.commandLine().getOut().println(json ? rate.json(machine) : rate.lines(machine));
        command.commandLine().getOut().flush();
        return 0;
    }

    private void checkOptions() {
        UsageLine.require(tokens >= 1, command, "--tokens must be 1 or more, and is " + tokens);
        UsageLine.require(heads >= 1, command, "--heads must be 1 or more, and is " + heads);
        UsageLine.require(
                width >= 1 && width <= AttentionSpec.MAX_WIDTH,
                command,
                "--width must lie in 1 to %d, and is %d".formatted(AttentionSpec.MAX_WIDTH, width));
        UsageLine.require(check >= 0, command, "--check must be 0 or more, and is " + check);
        tasks.check(command);
        UsageLine.require(
                seconds > 0 && seconds <= 3600,
                command,
                "--seconds must be a number above 0 and at most 3600, and is " + seconds);
    }
}
