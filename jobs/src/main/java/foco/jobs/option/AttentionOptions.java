package foco.jobs.option;

import foco.jobs.terminal.UsageLine;
import foco.kernels.AttentionSpec;
import foco.kernels.text.SpecText;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which attention to compute, as far as the shapes of the input do not say it. */
public final class AttentionOptions {
    public static final String HEADING = "%nAttention:%n";

    @ArgGroup(validate = false)
    private SpecOption spec = new SpecOption();

    @Option(
            names = "--heads",
            paramLabel = "H",
            description =
                    "Query heads that share the columns of [n, heads*d] (default: 1). The other forms say it themselves.")
    private Integer heads;

    @Option(
            names = "--kv-heads",
            paramLabel = "G",
            description =
                    "Key and value heads that share theirs (default: as many as make keys as wide as queries). Divides H.")
    private Integer keyValueHeads;

    @Option(
            names = "--scale",
            paramLabel = "S",
            description = "Multiplies the dot products (default: 1 / sqrt(d), d the key width of a head).")
    private Double scale;

    /** @throws ParameterException if an option is out of range or two of them clash */
    public void check(CommandSpec command) {
        spec.check(command);
        UsageLine.require(heads == null || heads >= 1, command, "--heads must be 1 or more, and is " + heads);
        UsageLine.require(
                keyValueHeads == null || keyValueHeads >= 1,
                command,
                "--kv-heads must be 1 or more, and is " + keyValueHeads);
        UsageLine.require(
                heads == null || keyValueHeads == null || heads % keyValueHeads == 0,
                command,
                "--kv-heads %d does not divide --heads %d; give a divisor of %2$d".formatted(keyValueHeads, heads));
        UsageLine.require(
                scale == null || scale > 0 && scale <= Float.MAX_VALUE,
                command,
                "--scale must be a number above 0, and is " + scale);
    }

    /** The attention of {@code --spec}, where given. */
    public Optional<SpecText> text() {
        return spec.text();
    }

    /** The heads that {@code --spec} says, or the other options. */
    public HeadCounts headCounts() {
        return text().map(text -> HeadCounts.ofSpec(text.heads(), text.keyValueHeads()))
                .orElseGet(() -> HeadCounts.ofOptions(optional(heads), optional(keyValueHeads)));
    }

    private static OptionalInt optional(Integer count) {
        return count == null ? OptionalInt.empty() : OptionalInt.of(count);
    }

    /**
     * The attention without its mask.
     *
     * @throws IllegalArgumentException if a width is beyond what a kernel takes
     */
    public AttentionSpec spec(AttentionShapes shapes) {
        AttentionSpec spec = AttentionSpec.of(
                        shapes.query().heads(), shapes.query().width())
                .withKeyValueHeads(shapes.key().heads())
                .withValueWidth(shapes.value().width());
        return scale == null ? spec : spec.withScale(scale);
    }
}
