package foco.driver.analysis.head;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The rules of the kinds of heads, all in one place, with their thresholds. The kinds are those that Clark et al. ("What Does BERT
 * Look At?", 2019) and Olsson et al. ("In-context Learning and Induction Heads", 2022) describe; the thresholds are Foco's.
 */
public final class HeadRules {

    /** As far as near tokens lie, on either side. */
    public static final int NEAR = 16;

    private static final double NEIGHBOUR = 0.4;
    private static final double MARKS = 0.5;
    private static final double INDUCTION = 0.3;
    /** An even weight on one key is small, and in a short text it is not. */
    private static final double INDUCTION_CHANCE = 10;

    private static final double SECTION = 0.5;
    private static final double SECTION_CHANCE = 3;
    private static final double NARROW = 8;
    private static final double BROAD = 0.5;

    /**
     * A rule.
     *
     * @param threshold its main number
     * @param text the rule in words
     * @param value the figure that the threshold is for
     * @param upward whether the figure has to reach the threshold; else to stay below or at it
     * @param besides what else has to hold
     */
    private record Rule(
            HeadKind kind,
            double threshold,
            String text,
            ToDoubleFunction<HeadFigures> value,
            boolean upward,
            java.util.function.Predicate<HeadFigures> besides) {

        static Rule atLeast(HeadKind kind, double threshold, String text, ToDoubleFunction<HeadFigures> value) {
            return new Rule(kind, threshold, text, value, true, figures -> true);
        }

        /** NaN holds for nothing. */
        boolean holds(HeadFigures figures) {
            double figure = value.applyAsDouble(figures);
            return (upward ? figure >= threshold : figure <= threshold) && besides.test(figures);
        }
    }

    /** In the order in which they are asked. */
    private static final List<Rule> RULES = List.of(
            Rule.atLeast(
                    HeadKind.PREVIOUS, NEIGHBOUR, "mean mass on the token before the query", HeadFigures::previous),
            Rule.atLeast(HeadKind.NEXT, NEIGHBOUR, "mean mass on the token after the query", HeadFigures::next),
            Rule.atLeast(HeadKind.SELF, NEIGHBOUR, "mean mass on the query itself", HeadFigures::self),
            Rule.atLeast(HeadKind.FIRST, MARKS, "mean mass on the first token of all", HeadFigures::first),
            Rule.atLeast(
                    HeadKind.SEPARATOR,
                    MARKS,
                    "mean mass on the model's marks and on line ends",
                    HeadFigures::separators),
            new Rule(
                    HeadKind.INDUCTION,
                    INDUCTION,
                    "mean weight on the token after the last like token, %.0f times an even weight or more"
                            .formatted(INDUCTION_CHANCE),
                    HeadFigures::induction,
                    true,
                    figures -> figures.induction() >= INDUCTION_CHANCE * figures.inductionChance()),
            new Rule(
                    HeadKind.SECTION,
                    SECTION,
                    "mean mass within the query's own section, %.0f times that of even weights or more"
                            .formatted(SECTION_CHANCE),
                    HeadFigures::sectionShare,
                    true,
                    figures -> figures.sectionShare() >= SECTION_CHANCE * figures.sectionChance()),
            new Rule(
                    HeadKind.NARROW,
                    NARROW,
                    "exp of the mean entropy, in tokens, at most",
                    HeadFigures::support,
                    false,
                    figures -> true),
            Rule.atLeast(
                    HeadKind.BROAD, BROAD, "mean of exp of the entropy over the tokens seen", HeadFigures::breadth));

    private HeadRules() {}

    /**
     * A rule as it is written down.
     *
     * @param kind its name
     * @param rule in words; the threshold is the least value, or the most where the words say so
     */
    public record Written(String kind, String rule, double threshold) {}

    /** All rules, in the order in which they are asked; a head for which none holds is {@link HeadKind#MIXED}. */
    public static List<Written> written() {
        return RULES.stream()
                .map(rule -> new Written(rule.kind().toString(), rule.text(), rule.threshold()))
                .toList();
    }

    /** A head's kind. */
    public static HeadKind kind(HeadFigures figures) {
        return RULES.stream()
                .filter(rule -> rule.holds(figures))
                .map(Rule::kind)
                .findFirst()
                .orElse(HeadKind.MIXED);
    }

    /** The figure by which the head has its kind; NaN for {@link HeadKind#MIXED}. */
    public static double score(HeadFigures figures) {
        return RULES.stream()
                .filter(rule -> rule.holds(figures))
                .mapToDouble(rule -> rule.value().applyAsDouble(figures))
                .findFirst()
                .orElse(Double.NaN);
    }
}
