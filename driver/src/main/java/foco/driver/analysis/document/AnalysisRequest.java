package foco.driver.analysis.document;

import foco.driver.analysis.text.Sectioning;
import foco.driver.block.InvalidInputException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What an analysis is to find.
 *
 * @param layers counted from 1; none means all
 * @param heads counted from 1; none means all
 * @param statistics at least one
 * @param top the keys of each query that are kept, and the queries of each key
 * @param links the strongest links of each head that are kept
 * @param sectioning how the text is cut
 * @param words whose occurrences are compared
 * @param from positions whose rollout is wanted: what they rest on, layer by layer downward
 * @param to sections, counted from 1, whose influence is wanted: what rests on them, layer by layer upward
 * @param csv whether tables are written as CSV, too
 */
public record AnalysisRequest(
        SortedSet<Integer> layers,
        SortedSet<Integer> heads,
        Set<StatisticName> statistics,
        int top,
        int links,
        Sectioning sectioning,
        List<String> words,
        List<Integer> from,
        List<Integer> to,
        boolean csv) {

    /** The most that a query's keys may be. */
    public static final int MOST_TOP = 256;

    /** How many of a query's keys are kept if nothing else is asked. */
    public static final int USUAL_TOP = 8;

    /** How many links of a head are kept if nothing else is asked. */
    public static final int USUAL_LINKS = 100;

    /** Paragraphs, or runs of them, in the map of paragraphs. */
    static final int PARAGRAPHS = 128;

    /** A link across the text is so long or longer; in a short text a quarter of it. */
    private static final int FLOOR = 64;

    private static final int SHARE = 4;

    /** Of so many queries one is looked at for the keys that a mass needs. */
    private static final int EVERY = 256;

    public AnalysisRequest {
        layers = new TreeSet<>(layers);
        heads = new TreeSet<>(heads);
        statistics = EnumSet.copyOf(statistics);
        words = List.copyOf(words);
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    /** All statistics of all layers and heads, and the occurrences of some words. */
    public static AnalysisRequest ofWords(List<String> words) {
        return new AnalysisRequest(
                new TreeSet<>(),
                new TreeSet<>(),
                StatisticName.all(),
                USUAL_TOP,
                USUAL_LINKS,
                new Sectioning(Sectioning.Kind.AUTO, 0),
                words,
                List.of(),
                List.of(),
                false);
    }

    /** The least distance of a link in a text of so many tokens. */
    static int floor(int tokens) {
        return Math.max(1, Math.min(FLOOR, tokens / SHARE));
    }

    /** Of so many queries one is looked at for the keys that a mass needs. */
    static int every(int tokens) {
        return Math.max(1, Math.min(EVERY, tokens / EVERY));
    }

    boolean wants(StatisticName statistic) {
        return statistics.contains(statistic);
    }

    /** Whether rows of weights are needed beyond the layer that they are of. */
    boolean wantsRows() {
        return wants(StatisticName.LIKENESS) || !words.isEmpty();
    }

    boolean wantsFlow() {
        return !from.isEmpty() || !to.isEmpty();
    }

    /**
     * The layers, in order.
     *
     * @param what has them, for the message
     * @throws InvalidInputException if one is not there
     */
    List<Integer> layersOf(String what, int count) {
        return chosen("--layers", layers, what, "layers", count);
    }

    /**
     * The heads, in order.
     *
     * @throws InvalidInputException if one is not there
     */
    List<Integer> headsOf(String what, int count) {
        return chosen("--in-heads", heads, what, "heads", count);
    }

    private static List<Integer> chosen(String option, SortedSet<Integer> asked, String what, String kind, int count) {
        for (int number : asked) {
            if (number < 1 || number > count) {
                throw new InvalidInputException(
                        "%s %d: %s has %s 1 to %d".formatted(option, number, what, kind, count));
            }
        }
        return asked.isEmpty() ? IntStream.rangeClosed(1, count).boxed().toList() : List.copyOf(asked);
    }

    /** All of it that changes what is found, in words. */
    String text() {
        return "layers %s, heads %s, statistics %s, top %d, links %d, words %s, rollout from %s and to %s"
                .formatted(
                        layers.isEmpty() ? "all" : layers,
                        heads.isEmpty() ? "all" : heads,
                        statistics.stream().map(StatisticName::toString).collect(Collectors.joining("+")),
                        top,
                        links,
                        words,
                        from,
                        to);
    }
}
