package foco.jobs.analyze;

import foco.driver.analysis.document.AnalysisRequest;
import foco.driver.analysis.document.StatisticName;
import foco.driver.analysis.text.Sectioning;
import foco.jobs.terminal.UsageLine;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What to find, and where. */
final class AnalyzeOptions {
    static final String HEADING = "%nWhat to find:%n";

    private static final Pattern RANGE = Pattern.compile("[1-9]\\d{0,5}(-[1-9]\\d{0,5})?");
    private static final Pattern POSITION = Pattern.compile("\\d{1,9}");
    private static final int MOST_FLOWS = 16;

    @Option(
            names = "--layers",
            paramLabel = "N[-N],...",
            split = ",",
            hideParamSyntax = true,
            description = "In these layers, counted from 1 (default: all). Layers above the last one are not computed.")
    private List<String> layers = new ArrayList<>();

    @Option(
            names = "--in-heads",
            paramLabel = "N[-N],...",
            split = ",",
            hideParamSyntax = true,
            description =
                    "In these heads, counted from 1 as in the tables; foco weights counts them from 0 (default: all).")
    private List<String> heads = new ArrayList<>();

    @Option(
            names = "--sections",
            paramLabel = "WHAT",
            defaultValue = "auto",
            description = "What sections are: chapters (by their headings), paragraphs, or a number of equal slices;"
                    + " auto (the default): chapters if there are two, else paragraphs up to 200, else 32 slices.")
    private String sections;

    @Option(
            names = "--top",
            paramLabel = "K",
            defaultValue = "" + AnalysisRequest.USUAL_TOP,
            description = "The heaviest keys of each query to keep, and the heaviest queries of each key"
                    + " (default: ${DEFAULT-VALUE}).")
    private int top;

    @Option(
            names = "--links",
            paramLabel = "K",
            defaultValue = "" + AnalysisRequest.USUAL_LINKS,
            description = "The strongest links across a distance to keep, of each head (default: ${DEFAULT-VALUE}).")
    private int links;

    @Option(
            names = "--only",
            paramLabel = "STATISTIC,...",
            split = ",",
            hideParamSyntax = true,
            description =
                    "These statistics alone: entropy, distance, near, first, separators, punctuation, keys, received,"
                            + " distances, sections, top-keys, top-queries, links, repeats, likeness.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--skip",
            paramLabel = "STATISTIC,...",
            split = ",",
            hideParamSyntax = true,
            description = "All statistics but these.")
    private List<String> skip = new ArrayList<>();

    @Option(
            names = "--words",
            paramLabel = "WORD,...",
            split = ",",
            hideParamSyntax = true,
            description =
                    "Compare the occurrences of these words: what each attends to, what attends to it, and which head"
                            + " tells them apart.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--rollout",
            paramLabel = "I,...",
            split = ",",
            hideParamSyntax = true,
            description = "Follow what these tokens rest on through all layers downward, by their positions.")
    private List<String> rollout = new ArrayList<>();

    @Option(
            names = "--influence",
            paramLabel = "N,...",
            split = ",",
            hideParamSyntax = true,
            description = "Follow what rests on these sections through all layers upward, counted from 1.")
    private List<String> influence = new ArrayList<>();

    @Option(names = "--csv", description = "Write each table as DIR/csv/NAME.csv, too.")
    private boolean csv;

    /** @throws ParameterException if an option is not of its form */
    void check(CommandSpec command) {
        requireRanges(command, "--layers", layers);
        requireRanges(command, "--in-heads", heads);
        UsageLine.require(
                Sectioning.of(sections).isPresent(),
                command,
                "--sections must be auto, chapters, paragraphs or a number from 1 to %d, and is \"%s\""
                        .formatted(Sectioning.MOST, sections));
        UsageLine.require(
                top >= 1 && top <= AnalysisRequest.MOST_TOP,
                command,
                "--top must be 1 to %d, and is %d".formatted(AnalysisRequest.MOST_TOP, top));
        UsageLine.require(links >= 1, command, "--links must be 1 or more, and is " + links);
        UsageLine.require(only.isEmpty() || skip.isEmpty(), command, "--only and --skip exclude each other; give one");
        requireNames(command, "--only", only);
        requireNames(command, "--skip", skip);
        UsageLine.require(!statistics().isEmpty(), command, "--skip leaves no statistic; name fewer");
        UsageLine.require(
                words.stream().noneMatch(String::isBlank), command, "--words holds an empty word; leave it out");
        requireNumbers(command, "--rollout", rollout);
        requireNumbers(command, "--influence", influence);
    }

    private static void requireRanges(CommandSpec command, String option, List<String> given) {
        for (String range : given) {
            UsageLine.require(
                    RANGE.matcher(range).matches() && first(range) <= last(range),
                    command,
                    "%s must be numbers from 1 on and ranges such as 1,3-5, and is %s"
                            .formatted(option, String.join(",", given)));
        }
    }

    private static void requireNames(CommandSpec command, String option, List<String> given) {
        for (String name : given) {
            UsageLine.require(
                    StatisticName.of(name).isPresent(),
                    command,
                    "%s: there is no statistic \"%s\"; there are %s"
                            .formatted(option, name, String.join(", ", StatisticName.names())));
        }
    }

    private static void requireNumbers(CommandSpec command, String option, List<String> given) {
        UsageLine.require(
                given.stream().allMatch(number -> POSITION.matcher(number).matches()),
                command,
                "%s must be numbers such as 12,408, and is %s".formatted(option, String.join(",", given)));
        UsageLine.require(
                given.size() <= MOST_FLOWS,
                command,
                "%s takes at most %d numbers, and is given %d".formatted(option, MOST_FLOWS, given.size()));
    }

    private static int first(String range) {
        return Integer.parseInt(range.replaceFirst("-.*", ""));
    }

    private static int last(String range) {
        return Integer.parseInt(range.replaceFirst(".*-", ""));
    }

    private static SortedSet<Integer> numbers(List<String> ranges) {
        SortedSet<Integer> numbers = new TreeSet<>();
        ranges.forEach(range -> IntStream.rangeClosed(first(range), last(range)).forEach(numbers::add));
        return numbers;
    }

    private EnumSet<StatisticName> statistics() {
        EnumSet<StatisticName> statistics = only.isEmpty() ? StatisticName.all() : EnumSet.noneOf(StatisticName.class);
        only.forEach(name -> StatisticName.of(name).ifPresent(statistics::add));
        skip.forEach(name -> StatisticName.of(name).ifPresent(statistics::remove));
        return statistics;
    }

    AnalysisRequest request() {
        return new AnalysisRequest(
                numbers(layers),
                numbers(heads),
                statistics(),
                top,
                links,
                Sectioning.of(sections).orElseThrow(),
                words.stream().map(String::strip).distinct().toList(),
                rollout.stream().map(Integer::valueOf).toList(),
                influence.stream().map(Integer::valueOf).toList(),
                csv);
    }

    /** The options as they were given, for {@code analysis.json}. */
    Map<String, String> given() {
        Map<String, String> given = new TreeMap<>();
        put(given, "layers", layers);
        put(given, "in-heads", heads);
        put(given, "only", only);
        put(given, "skip", skip);
        put(given, "words", words);
        put(given, "rollout", rollout);
        put(given, "influence", influence);
        given.put("sections", sections);
        given.put("top", String.valueOf(top));
        given.put("links", String.valueOf(links));
        return given;
    }

    private static void put(Map<String, String> given, String option, List<String> values) {
        if (!values.isEmpty()) {
            given.put(option, String.join(",", values));
        }
    }

    /** Whether an option asks for what needs a text. */
    boolean needsText() {
        return !words.isEmpty();
    }
}
