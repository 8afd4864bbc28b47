package foco.jobs.bench;

import foco.jobs.option.Count;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Version;
import foco.kernels.AttentionSpec;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco bench split-keys}: few queries over many loaded keys, beside a plain read of as many bytes. */
@Command(
        name = "split-keys",
        header = "Measure few queries over many loaded keys, beside a plain read of memory.",
        description = {
            "",
            "Random keys and values are made by the executors and loaded once; then sets of random queries attend to them,"
                    + " one after another. The rate is that at which keys and values are read, in the stages in which"
                    + " kernels compute and for the whole query. Afterwards as many tasks only add up numbers in memory:"
                    + " that is what the rates are compared with.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  64 queries over four million keys on two cores:",
            "    foco bench split-keys --master 'local[2]'",
            "  One query, as when a model decodes:",
            "    foco bench split-keys --queries 1 --master 'local[2]'",
        })
final class BenchSplitKeys implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private BenchCommand bench;

    @Option(
            names = "--queries",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "64",
            description = "Queries at a time (default: ${DEFAULT-VALUE}).")
    private long queries;

    @Option(
            names = "--keys",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "4194304",
            description = "Keys of the sequence (default: ${DEFAULT-VALUE}).")
    private long keys;

    @Option(names = "--heads", paramLabel = "H", defaultValue = "1", description = "Heads (default: ${DEFAULT-VALUE}).")
    private int heads;

    @Option(
            names = "--width",
            paramLabel = "D",
            defaultValue = "64",
            description = "Width of a head, of keys and values alike (default: ${DEFAULT-VALUE}).")
    private int width;

    @Option(
            names = "--times",
            paramLabel = "N",
            defaultValue = "5",
            description = "Sets of queries that are timed, after two that are not (default: ${DEFAULT-VALUE}).")
    private int times;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "3",
            description = "Time for the plain read (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--json", description = "A JSON object in place of the lines.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        checkOptions();
        KernelCase timed = new KernelCase(width, Masking.DENSE, heads, queries, keys);
        SparkSession spark = FocoSession.open("foco bench split-keys", bench.isVerbose());
        SplitKeysRate rate = new SplitKeysTimer(spark, timed, times, seconds).time();
        Machine machine = Machine.current();
        command.commandLine().getOut().println(json ? rate.json(machine) : rate.lines(machine));
        command.commandLine().getOut().flush();
        return 0;
    }

    private void checkOptions() {
        UsageLine.require(queries >= 1, command, "--queries must be 1 or more, and is " + queries);
        UsageLine.require(keys >= 1, command, "--keys must be 1 or more, and is " + keys);
        UsageLine.require(heads >= 1, command, "--heads must be 1 or more, and is " + heads);
        UsageLine.require(times >= 1, command, "--times must be 1 or more, and is " + times);
        UsageLine.require(
                width >= 1 && width <= AttentionSpec.MAX_WIDTH,
                command,
                "--width must lie in 1 to %d, and is %d".formatted(AttentionSpec.MAX_WIDTH, width));
        UsageLine.require(
                seconds > 0 && seconds <= 3600,
                command,
                "--seconds must be a number above 0 and at most 3600, and is " + seconds);
    }
}
