package foco.jobs.terminal;

import foco.kernels.text.Nearest;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One line about a command line that cannot be run: what is wrong with it, and what may have been meant. */
public final class UsageLine {
    /** Of {@code spark-submit}'s options those that the help names; the launcher takes them out before Foco is asked. */
    static final List<String> SPARK = List.of(
            "--master",
            "--deploy-mode",
            "--conf",
            "--properties-file",
            "--driver-memory",
            "--executor-memory",
            "--executor-cores",
            "--num-executors");

    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z-]{2,}");

    private UsageLine() {}

    public static String of(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        return "foco: %s (see %s --help)"
                .formatted(what(failure), command.getCommandSpec().qualifiedName(" "));
    }

    private static String what(ParameterException failure) {
        CommandSpec command = failure.getCommandLine().getCommandSpec();
        if (failure instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched.getUnmatched(), command);
        }
        if (failure instanceof MissingParameterException missing
                && missing.getMissing().size() == 1
                && missing.getMissing().get(0) instanceof OptionSpec option) {
            return option.longestName() + " needs a value, " + option.paramLabel();
        }
        if (failure.getArgSpec() instanceof OptionSpec option && option.arity().max() == 0) {
            return "%s takes no value, and is given '%s'; write %1$s alone, or leave it out"
                    .formatted(option.longestName(), failure.getValue());
        }
        if (failure.getArgSpec() instanceof OptionSpec option
                && failure.getCause() instanceof TypeConversionException unfit) {
            return option.longestName() + ": " + FailureLine.firstLine(unfit.getMessage());
        }
        return FailureLine.firstLine(failure.getMessage());
    }

    private static String unmatched(List<String> words, CommandSpec command) {
        Optional<String> option =
                words.stream().filter(word -> word.startsWith("-")).findFirst();
        if (option.isPresent()) {
            return unknownOption(option.get().replaceFirst("=.*", ""), command);
        }
        return command.subcommands().isEmpty()
                ? "'%s' follows no option; %s".formatted(words.get(0), meant(words.get(0), command))
                : unknownCommand(words.get(0), command);
    }

    /** To whoever names a command that is not there. */
    static String unknownCommand(String word, CommandSpec command) {
        List<String> known = List.copyOf(command.subcommands().keySet());
        if (known.isEmpty()) {
            return "there is no command '%s'; %s has none of its own".formatted(word, command.qualifiedName(" "));
        }
        return Nearest.to(word, known)
                .map(near -> "there is no command '%s'; did you mean %s %s?"
                        .formatted(word, command.qualifiedName(" "), near))
                .orElseGet(() -> "there is no command '%s'; the commands of %s are %s"
                        .formatted(word, command.qualifiedName(" "), String.join(", ", known)));
    }

    private static String unknownOption(String word, CommandSpec command) {
        if (command.subcommands().values().stream()
                .anyMatch(each -> options(each.getCommandSpec()).containsKey(word))) {
            return "%s stands before the command; write it behind".formatted(word);
        }
        List<String> known = Stream.concat(options(command).keySet().stream(), SPARK.stream())
                .toList();
        return "%s has no option %s%s"
                .formatted(
                        command.qualifiedName(" "),
                        word,
                        Nearest.to(word, known)
                                .map("; did you mean %s?"::formatted)
                                .orElse(""));
    }

    /** What a word may have been meant for that stands where an option is due. */
    private static String meant(String word, CommandSpec command) {
        return named(word, command)
                .map("did you mean %s?"::formatted)
                .orElse("a value stands behind its option, and a list holds no blanks");
    }

    /** The option that a word without dashes spells, or nearly. */
    private static Optional<String> named(String word, CommandSpec command) {
        String plain = word.replaceFirst("[:=].*", "").replace('_', '-');
        return WORD.matcher(plain).matches()
                ? Nearest.to("--" + plain, List.copyOf(options(command).keySet()))
                : Optional.empty();
    }

    /**
     * Refuses the name of an option where the name of a file is due, unless there is such a file.
     *
     * @throws ParameterException if there is one
     */
    public static void requireFiles(ParseResult parsed) {
        CommandSpec command = parsed.commandSpec();
        for (OptionSpec option : parsed.matchedOptions()) {
            for (String word : option.originalStringValues()) {
                Optional<String> named =
                        option.paramLabel().contains("FILE") && !isFile(word) ? named(word, command) : Optional.empty();
                if (named.isPresent()) {
                    throw new ParameterException(
                            command.commandLine(),
                            "%s takes a file, and there is none named %s; did you mean the option %s?"
                                    .formatted(option.longestName(), word, named.get()));
                }
            }
        }
    }

    private static boolean isFile(String word) {
        return Files.exists(Path.of(word));
    }

    /** @throws ParameterException saying {@code otherwise} of a command's options unless something holds */
    public static void require(boolean holds, CommandSpec command, String otherwise) {
        if (!holds) {
            throw new ParameterException(command.commandLine(), otherwise);
        }
    }

    /** Shows the commands if none is named. */
    public static int missingCommand(CommandSpec spec, String what) {
        PrintWriter err = spec.commandLine().getErr();
        spec.commandLine().usage(err);
        err.printf("%nfoco: %s%n", what);
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** The options of a command by their long names. */
    private static Map<String, OptionSpec> options(CommandSpec command) {
        Map<String, OptionSpec> options = new TreeMap<>();
        command.options().forEach(option -> options.put(option.longestName(), option));
        return options;
    }
}
