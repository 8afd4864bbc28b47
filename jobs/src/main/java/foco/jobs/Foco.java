package foco.jobs;

import foco.jobs.bench.Masking;
import foco.jobs.bench.Scoring;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext$;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
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
            DemoCommand.class,
            BenchCommand.class,
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Foco.Version.class,
        usageHelpAutoWidth = true,
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nSpark's options may stand among a command's:%n",
        footer = {
            "  --master, --deploy-mode, --conf, --properties-file, --driver-memory,",
            "  --executor-memory, --executor-cores, --num-executors",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage.",
            "foco COMMAND --help explains a command, with examples.",
        })
public final class Foco implements Runnable {
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
        int code = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
        if (!ShutdownHookManager.get().isShutdownInProgress()) {
            stopSpark(code == 0 || List.of(args).contains("--verbose"));
        }
        System.exit(code);
    }

    static void stopSpark(boolean aloud) {
        if (!aloud) {
            // After a failure tasks and fetches may still be under way; what they say as Spark stops is no news.
            Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {});
        }
        SparkContext$.MODULE$.getActive().foreach(context -> {
            if (!aloud) {
                context.setLogLevel("OFF");
            }
            context.stop();
            return null;
        });
    }

    /** Runs one command in this JVM, on its running Spark session if there is one; returns the exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        Foco foco = new Foco();
        CommandLine command = commandLine(foco, out, err)
                .setParameterExceptionHandler(Foco::wrongUsage)
                .setExecutionExceptionHandler((failure, failed, parsed) -> foco.report(failure, err))
                .setExecutionStrategy(parsed -> {
                    refuseRepeated(parsed.subcommand());
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
        return new CommandLine(foco)
                .setOut(out)
                .setErr(err)
                .registerConverter(Masking.class, new Choice<>(Masking.class))
                .registerConverter(Scoring.class, new Choice<>(Scoring.class));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    boolean isVerbose() {
        return verbose;
    }

    static int wrongUsage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        command.getErr()
                .printf(
                        "foco: %s (see %s --help)%n",
                        FailureLine.firstLine(failure.getMessage()),
                        command.getCommandSpec().qualifiedName(" "));
        command.getErr().flush();
        return CommandLine.ExitCode.USAGE;
    }

    /**
     * An option that stands twice is refused, as picocli does outside of groups. Within one it would begin the group anew
     * and forget the group's other options.
     */
    private static void refuseRepeated(ParseResult parsed) {
        if (parsed == null) {
            return;
        }
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
        if (verbose || !ShutdownHookManager.get().isShutdownInProgress()) {
            err.println("foco: " + FailureLine.of(failure));
        }
        if (verbose) {
            failure.printStackTrace(err);
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** The version that Maven noted in the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Foco.class.getPackage().getImplementationVersion();
            return new String[] {
                "foco %s (Java %s)".formatted(version == null ? "(unpackaged)" : version, Runtime.version())
            };
        }
    }
}
