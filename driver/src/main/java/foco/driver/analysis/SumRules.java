package foco.driver.analysis;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Coverage;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/** The rules that hold for attention's weights at any length: what they are, and whether they hold. */
final class SumRules {

    static final String MASS = "the mass of a query is 1, less that of its sink";
    static final String ENTROPY = "an entropy lies between 0 and the logarithm of the keys seen";
    static final String RECEIVED = "what all keys receive is what all queries give";
    static final String SECTIONS = "a section map holds the mass of all queries";
    static final String AHEAD = "a causal head has no mass ahead";

    /** What float32 leaves of a sum of many weights. */
    private static final double LIMIT = 1e-5;

    /** Log-sum-exps are known to half a unit in their last place, scores to a few. */
    private static final double OF_LARGEST = 0x1p-22;

    /** The figures of so many spans are worth a task. */
    private static final int TASK_SPANS = 4096;

    private SumRules() {}

    /** Whether no query of a head sees a key that comes after it, as far as the mask says so without asking pair by pair. */
    static boolean isCausal(AttentionSpec spec, HeadScope scope) {
        Mask mask = spec.mask();
        return mask.givesRanges()
                && LongStream.range(0, scope.queries()).allMatch(query -> {
                    long next = Math.max(0, query + scope.shift() + 1);
                    long left = scope.keys() - next;
                    return left <= 0
                            || mask.knownCoverage(new Tile(scope.head(), query, 1, next, Math.toIntExact(left)))
                                    == Coverage.NONE;
                });
    }

    /**
     * Measures.
     *
     * @param count how many spans there are
     * @return of each head that was looked at, in the order of rules and heads
     */
    static List<SumRule> of(JavaRDD<HeadSpan> spans, int count, SpanFigures.Places places) {
        int tasks = Math.min(spans.getNumPartitions(), 1 + count / TASK_SPANS);
        boolean hasAhead = places.ahead() >= 0;
        boolean hasMaps = places.maps().length > 0;
        Map<Integer, RuleErrors> worst =
                new TreeMap<>(spans.mapToPair(span -> new Tuple2<>(new Tuple2<>(span.sequence(), span.head()), span))
                        .mapValues(span -> new RuleErrors.Part(span.number(), span.figures()))
                        .groupByKey(tasks)
                        .mapToPair(head -> new Tuple2<>(head._1._2, RuleErrors.of(head._2)))
                        .reduceByKey(RuleErrors::worse, tasks)
                        .collectAsMap());
        List<SumRule> rules = new ArrayList<>();
        worst.forEach((head, its) -> rules.add(new SumRule(MASS, head, its.mass(), its.limit())));
        worst.forEach((head, its) -> rules.add(new SumRule(ENTROPY, head, its.entropy(), 10 * its.limit())));
        worst.forEach((head, its) -> rules.add(new SumRule(RECEIVED, head, its.received(), its.limit())));
        if (hasMaps) {
            worst.forEach((head, its) -> rules.add(new SumRule(SECTIONS, head, its.sections(), its.limit())));
        }
        if (hasAhead) {
            worst.forEach((head, its) -> rules.add(new SumRule(AHEAD, head, its.ahead(), 0)));
        }
        return List.copyOf(rules);
    }

    static double limit(double largest) {
        return LIMIT + OF_LARGEST * largest;
    }

    /** @throws IllegalStateException naming the first rule that is broken */
    static void require(List<SumRule> rules) {
        rules.stream().filter(rule -> !rule.holds()).findFirst().ifPresent(rule -> {
            throw new IllegalStateException(
                    "The statistics are wrong: in head %d it does not hold that %s; it is off by %s, and %s is allowed."
                            .formatted(rule.head(), rule.rule(), text(rule.worst()), text(rule.limit())));
        });
    }

    private static String text(double number) {
        return String.format(Locale.ROOT, "%.2g", number);
    }
}
