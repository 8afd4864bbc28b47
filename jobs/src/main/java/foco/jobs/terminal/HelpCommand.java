package foco.jobs.terminal;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foco help}: the help of a command, or of {@code foco} itself. */
@Command(
        name = "help",
        header = "Explain a command, with examples.",
        customSynopsis = "foco help [COMMAND...]",
        description = {"", "foco help COMMAND tells the same as foco COMMAND --help."},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  All commands:",
            "    foco help",
            "  How to measure the kernel:",
            "    foco help bench kernel",
        })
public final class HelpCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Parameters(
            paramLabel = "COMMAND",
            description = "The command to explain (default: foco, and what commands it has).")
    private List<String> path = new ArrayList<>();

    @Override
    public void run() {
        CommandLine explained = command.parent().commandLine();
        for (String name : path) {
            CommandLine next = explained.getSubcommands().get(name);
            if (next == null) {
                throw new ParameterException(explained, UsageLine.unknownCommand(name, explained.getCommandSpec()));
            }
            explained = next;
        }
        explained.usage(command.commandLine().getOut());
    }
}
