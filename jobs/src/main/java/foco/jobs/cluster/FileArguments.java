package foco.jobs.cluster;

import foco.driver.model.PretrainedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The files and folders that a command line names: a driver that runs on another machine looks for them there. */
public final class FileArguments {

    /** The options whose value is the name of a file or a folder. */
    public static final Set<String> OPTIONS = Set.of(
            "--query",
            "--key",
            "--value",
            "--input",
            "--output",
            "--lse",
            "--present",
            "--present-key",
            "--present-value",
            "--past",
            "--past-key",
            "--past-value",
            "--checkpoint",
            "--mask",
            "--blocks",
            "--bias",
            "--relative-bias",
            "--sinks",
            "--rope-cos",
            "--rope-sin",
            "--text",
            "--model");

    /** The names of commands whose first argument without an option is a file or a folder. */
    private static final Set<String> WITH_FILE = Set.of("encode", "model", "analyze", "report", "ask");

    /** Of these, with a table, a column. */
    static final String FILE_OR_COLUMN = "--rope-positions";

    private static final Pattern WITH_SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:/.*");

    /** An option and the name that it was given. */
    public record Named(String option, String name) {

        public boolean hasScheme() {
            return WITH_SCHEME.matcher(name).matches();
        }

        public boolean isRelative() {
            return !hasScheme() && !name.startsWith("/");
        }

        @Override
        public String toString() {
            return option + " " + name;
        }
    }

    private FileArguments() {}

    /** In the order of the command line. */
    public static List<Named> of(ParseResult parsed) {
        ParseResult command = parsed;
        while (command.hasSubcommand()) {
            command = command.subcommand();
        }
        boolean table = command.hasMatchedOption("--input");
        List<Named> named = new ArrayList<>();
        for (OptionSpec option : command.matchedOptions()) {
            String name = option.longestName();
            if (OPTIONS.contains(name) || name.equals(FILE_OR_COLUMN) && !table) {
                option.stringValues().forEach(value -> named.add(new Named(name, value)));
            }
        }
        if (WITH_FILE.contains(command.commandSpec().name())) {
            for (PositionalParamSpec argument : command.matchedPositionals()) {
                if (argument.index().min() == 0) {
                    argument.stringValues().forEach(value -> named.add(new Named(argument.paramLabel(), value)));
                }
            }
        }
        named.removeIf(each -> each.name().equals(PretrainedModel.MINILM));
        return named;
    }
}
