package foco.jobs;

import foco.driver.cluster.SparkInternals;
import foco.jobs.analyze.AnalyzeCommand;
import foco.jobs.ask.AskCommand;
import foco.jobs.attend.AttendCommand;
import foco.jobs.bench.BenchCommand;
import foco.jobs.bench.Masking;
import foco.jobs.bench.Scoring;
import foco.jobs.demo.DemoCommand;
import foco.jobs.encode.EncodeCommand;
import foco.jobs.encode.ModelCommand;
import foco.jobs.fill.FillCommand;
import foco.jobs.option.Choice;
import foco.jobs.option.Numbers;
import foco.jobs.plan.PlanCommand;
import foco.jobs.report.ReportCommand;
import foco.jobs.session.FocoSession;
import foco.jobs.steps.StepsCommand;
import foco.jobs.terminal.EndedEarly;
import foco.jobs.terminal.FailureLine;
import foco.jobs.terminal.HelpCommand;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Verbosity;
import foco.jobs.terminal.Version;
import foco.jobs.weights.WeightsCommand;
import foco.kernels.dense.Activation;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The {@code foco} command: parses, runs a subcommand, and turns whatever fails into one line on standard error. Exit codes
 * are 0 done, 1 failed, 2 wrong usage.
 *
 * <p>A new command is a class of its own and one line in {@code subcommands}.
 */
@Command(
        name = "foco",
        header = "Exact attention over sequences of any length on Apache Spark.",
        subcommands = {
            AttendCommand.class,
            PlanCommand.class,
            WeightsCommand.class,
            EncodeCommand.class,
            AnalyzeCommand.class,
            AskCommand.class,
            ReportCommand.class,
            ModelCommand.class,
            StepsCommand.class,
            FillCommand.class,
            DemoCommand.class,
            BenchCommand.class,
            HelpCommand.class,
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nSpark's options may stand among a command's:%n",
        footer = {
            "  --master, --deploy-mode, --conf, --properties-file, --driver-memory,",
            "  --executor-memory, --executor-cores, --num-executors",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 ended by Ctrl-C.",
            "foco COMMAND --help explains a command, with examples.",
        })
public final class Foco implements Callable<Integer>, Verbosity {
    /** Of a help page, whatever the terminal. */
    private static final int COLUMNS = 80;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show Spark's log, and a stack trace if the command fails.")
    private boolean verbose;

    public static void main(String[] args) {
        // Numbers look alike on every machine, and a report can be read by a program.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        PrintWriter err = new PrintWriter(System.err, true);
        boolean verbose = List.of(args).contains("--verbose");
        int code;
        try (EndedEarly watch = EndedEarly.watch(err, verbose)) {
            code = run(new PrintWriter(System.out, true), err, args);
        }
        if (!ShutdownHookManager.get().isShutdownInProgress()) {
            stopSpark(code == 0 || verbose);
        }
        System.exit(code);
    }

    static void stopSpark(boolean aloud) {
        if (!aloud) {
            // After a failure tasks and fetches may still be under way; what they say as Spark stops is no news.
            EndedEarly.silence();
        }
        SparkInternals.activeContext().ifPresent(SparkContext::stop);
    }

    /** Runs one command in this JVM, on its running Spark session if there is one; returns the exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        Foco foco = new Foco();
        CommandLine command = commandLine(foco, out, err)
                .setParameterExceptionHandler(Foco::wrongUsage)
                .setExecutionExceptionHandler((failure, failed, parsed) -> foco.report(failure, err))
                .setExecutionStrategy(parsed -> {
                    parsed.asCommandLineList().forEach(each -> check(each.getParseResult()));
                    checkSettings(parsed);
                    return new CommandLine.RunLast().execute(parsed);
                });
        try {
            return command.execute(args);
        } catch (Error e) { // a lack of memory, above all
            return foco.report(e, err);
        }
    }

    /** What reads the words of a command line. */
    static CommandLine commandLine(Foco foco, PrintWriter out, PrintWriter err) {
        // One object for both forms of a type: JDK 17 crashes on two equal method references to an interface of an old
        // class file, as picocli has, when it writes the class archive.
        ITypeConverter<Integer> whole = Numbers::whole;
        ITypeConverter<Long> large = Numbers::large;
        ITypeConverter<Double> real = Numbers::real;
        return new CommandLine(foco)
                .setOut(out)
                .setErr(err)
                .registerConverter(Activation.class, new Choice<>(Activation.class))
                .registerConverter(Masking.class, new Choice<>(Masking.class))
                .registerConverter(Scoring.class, new Choice<>(Scoring.class))
                .setUsageHelpWidth(COLUMNS)
                .registerConverter(Integer.class, whole)
                .registerConverter(int.class, whole)
                .registerConverter(Long.class, large)
                .registerConverter(long.class, large)
                .registerConverter(Double.class, real)
                .registerConverter(double.class, real);
    }

    @Override
    public Integer call() {
        return UsageLine.missingCommand(spec, "a command is missing");
    }

    @Override
    public boolean isVerbose() {
        return verbose;
    }

    static int wrongUsage(ParameterException failure, String[] args) {
        PrintWriter err = failure.getCommandLine().getErr();
        err.println(UsageLine.of(failure));
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** What picocli does not see to. */
    static void check(ParseResult parsed) {
        refuseRepeated(parsed);
        refuseOpenLists(parsed);
        UsageLine.requireFiles(parsed);
    }

    /**
     * An option that stands twice is refused, as picocli does outside of groups. Within one it would begin the group anew
     * and forget the group's other options.
     */
    private static void refuseRepeated(ParseResult parsed) {
        for (ArgGroupSpec group : parsed.commandSpec().argGroups()) {
            for (OptionSpec option : group.options()) {
                int times = parsed.findMatches(group).stream()
                        .flatMap(container -> container.matches().stream())
                        .mapToInt(match -> match.matchedValues(option).size())
                        .sum();
                if (times > 1) {
                    throw new ParameterException(
                            parsed.commandSpec().commandLine(),
                            "option '%s' should be specified only once".formatted(option.longestName()));
                }
            }
        }
    }

    /** A list that ends in a comma lacks something, and picocli would take it for one without the comma. */
    private static void refuseOpenLists(ParseResult parsed) {
        for (OptionSpec option : parsed.commandSpec().options()) {
            for (String value : option.originalStringValues()) {
                if (",".equals(option.splitRegex()) && value.endsWith(",")) {
                    throw new ParameterException(
                            parsed.commandSpec().commandLine(),
                            "%s %s ends in a comma; complete it or leave the comma out"
                                    .formatted(option.longestName(), value));
                }
            }
        }
    }

    /** Before anything is read or started. */
    private static void checkSettings(ParseResult parsed) {
        try {
            FocoSession.checkSettings(new SparkConf());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(), e.getMessage().replaceFirst("\\.$", ""), e);
        }
    }

    private int report(Throwable failure, PrintWriter err) {
        // Ctrl-C stops Spark under the command's feet; what that makes of the command is no news to whoever pressed it.
        if (verbose || !EndedEarly.isCauseOf(failure)) {
            err.println("foco: " + FailureLine.of(failure));
        }
        if (verbose) {
            failure.printStackTrace(err);
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
