package foco.jobs.bench;

import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Verbosity;
import foco.jobs.terminal.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco bench}: how fast attention is on this machine, alone and through Spark. */
@Command(
        name = "bench",
        header = "Measure how fast attention is here, beside what the machine can do.",
        subcommands = {
            BenchKernel.class,
            BenchDense.class,
            BenchAnalysis.class,
            BenchSpark.class,
            BenchSplitKeys.class,
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  The kernel on one core:",
            "    foco bench kernel",
            "  Through Spark on two:",
            "    foco bench spark --causal --master 'local[2]'",
            "  Few queries over many keys:",
            "    foco bench split-keys --master 'local[2]'",
        })
public final class BenchCommand implements Callable<Integer>, Verbosity {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private Verbosity foco;

    @Override
    public Integer call() {
        return UsageLine.missingCommand(
                command, "what to measure is missing: kernel, dense, analysis, spark or split-keys");
    }

    @Override
    public boolean isVerbose() {
        return foco.isVerbose();
    }
}
