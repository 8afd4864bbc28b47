package foco.jobs.option;

import foco.jobs.terminal.UsageLine;
import foco.kernels.text.SpecText;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** An attention in one text, in place of all options that would say a part of it. */
public final class SpecOption {

    private static final Set<String> HEADINGS =
            Set.of(AttentionOptions.HEADING, ScoreOptions.HEADING, RotaryOptions.HEADING, MaskOptions.HEADING);

    /** What a text cannot say: where the input stands. */
    private static final Set<String> BESIDE = Set.of("--spec", "--query-offset", "--rope-positions");

    @Option(
            names = "--spec",
            paramLabel = "TEXT",
            description =
                    "All of it in one text, in place of the options for heads, scores, rotary embedding and masks:"
                            + " 'heads 32, rotary, causal and window(4095, 0)'.")
    private String text;

    /**
     * @param others further options that it stands in place of
     * @throws ParameterException if the text is none, or another option says a part of it
     */
    public void check(CommandSpec command, String... others) {
        if (text == null) {
            return;
        }
        Stream<OptionSpec> grouped = command.argGroups().stream()
                .filter(group -> HEADINGS.contains(group.heading()))
                .flatMap(group -> group.allOptionsNested().stream());
        Set<String> clash = Stream.concat(grouped, Stream.of(others).map(command::findOption))
                .filter(option -> command.commandLine().getParseResult().hasMatchedOption(option))
                .map(OptionSpec::longestName)
                .filter(name -> !BESIDE.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        UsageLine.require(
                clash.isEmpty(),
                command,
                "--spec stands in place of %s; give one or the other".formatted(String.join(", ", clash)));
        try {
            SpecText.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--spec: " + e.getMessage());
        }
    }

    /** The attention that it says, where given. */
    public Optional<SpecText> text() {
        return Optional.ofNullable(text).map(SpecText::parse);
    }
}
