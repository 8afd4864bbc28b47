package foco.jobs.weights;

import foco.driver.weights.WeightSelection;
import foco.jobs.terminal.UsageLine;
import foco.kernels.score.ScoreStage;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which part of the matrix of weights or scores to read. */
final class WeightsOptions {
    static final String HEADING = "%nWhich weights:%n";

    private static final Pattern RANGES = Pattern.compile("\\d{1,18}(-\\d{1,18})?(,\\d{1,18}(-\\d{1,18})?)*");
    private static final long MOST_QUERIES = 1L << 24;
    private static final long MOST_HEADS = 1L << 16;

    @Option(
            names = "--queries",
            paramLabel = "I[-J],...",
            description = "Of the queries at these positions, such as 5,10-19 (default: all; small inputs only).")
    private String queries;

    @Option(
            names = "--in-heads",
            paramLabel = "H[-H],...",
            description =
                    "In these heads, counted from 0 as in the output; foco analyze counts them from 1 (default: all).")
    private String heads;

    @Option(
            names = "--in-sequences",
            paramLabel = "NAME,...",
            split = ",",
            hideParamSyntax = true,
            description = "In these sequences, for a batch of files its indices (default: all).")
    private String[] sequences;

    @Option(
            names = "--keys",
            paramLabel = "I-J",
            description = "Over these keys (default: all). Weights remain shares of what a query gives to all keys.")
    private String keys;

    @Option(
            names = "--stage",
            paramLabel = "STAGE",
            description =
                    "How far: scaled (the scaled dot products), capped (after a soft cap), masked (after biases and mask,"
                            + " -inf where hidden) or weight (after the softmax; the default).")
    private String stage;

    /** @throws ParameterException if an option is not of its form */
    void check(CommandSpec command) {
        requireRanges(command, "--queries", queries);
        requireRanges(command, "--in-heads", heads);
        requireRanges(command, "--keys", keys);
        requireCount(command, "--queries", queries, MOST_QUERIES);
        requireCount(command, "--in-heads", heads, MOST_HEADS);
        UsageLine.require(
                heads == null || Stream.of(heads.split(",")).allMatch(range -> last(range) <= Integer.MAX_VALUE),
                command,
                "--in-heads %s is beyond all heads; they are counted from 0".formatted(heads));
        UsageLine.require(
                heads == null
                        || numbers(heads).distinct().count() == numbers(heads).count(),
                command,
                "--in-heads %s names a head twice; name each once".formatted(heads));
        UsageLine.require(
                sequences == null || Stream.of(sequences).distinct().count() == sequences.length,
                command,
                "--in-sequences %s names a sequence twice; name each once"
                        .formatted(sequences == null ? "" : String.join(",", sequences)));
        UsageLine.require(
                keys == null || !keys.contains(","), command, "--keys must be one range such as 0-99, and is " + keys);
        UsageLine.require(
                stage == null || stage().isPresent(),
                command,
                "--stage must be scaled, capped, masked or weight, and is " + stage);
    }

    private static void requireRanges(CommandSpec command, String option, String given) {
        UsageLine.require(
                given == null || RANGES.matcher(given).matches(),
                command,
                "%s must be numbers and ranges such as 5,10-19, and is %s".formatted(option, given));
        for (String range : given == null ? new String[0] : given.split(",")) {
            long first = first(range);
            long last = last(range);
            UsageLine.require(last >= first, command, "%s %s ends before it begins".formatted(option, range));
        }
    }

    private static void requireCount(CommandSpec command, String option, String given, long most) {
        double count = 0;
        for (String range : given == null ? new String[0] : given.split(",")) {
            count += last(range) - first(range) + 1;
        }
        UsageLine.require(
                count <= most,
                command,
                "%s %s are more than %,d, the most that are read at a time".formatted(option, given, most));
    }

    private static long first(String range) {
        return Long.parseLong(range.replaceFirst("-.*", ""));
    }

    private static long last(String range) {
        return Long.parseLong(range.replaceFirst(".*-", ""));
    }

    private Optional<ScoreStage> stage() {
        return stage == null
                ? Optional.of(ScoreStage.WEIGHT)
                : Stream.of(ScoreStage.values())
                        .filter(known -> known.toString().equals(stage))
                        .findFirst();
    }

    WeightSelection selection() {
        WeightSelection selection = queries == null
                ? WeightSelection.all()
                : WeightSelection.of(numbers(queries).toArray());
        if (heads != null) {
            selection =
                    selection.inHeads(numbers(heads).mapToInt(Math::toIntExact).toArray());
        }
        if (sequences != null) {
            selection = selection.inSequences(sequences);
        }
        if (keys != null) {
            selection = selection.overKeys(first(keys), last(keys) + 1);
        }
        return selection.at(stage().orElseThrow());
    }

    private static LongStream numbers(String ranges) {
        return Stream.of(ranges.split(",")).flatMapToLong(range -> LongStream.rangeClosed(first(range), last(range)));
    }
}
