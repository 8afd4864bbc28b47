package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.AttentionSpec;
import foco.kernels.fold.Entropy;
import foco.kernels.fold.PositionSums;
import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * How far the weights of a span are from the rules.
 *
 * @param mass the worst deviation of a query's mass
 * @param entropy how far the worst of the entropies is outside its bounds
 * @param ahead the largest mass of a causal query on keys ahead of it
 * @param largest the largest magnitude of a log-sum-exp
 * @param due the mass due to the queries, in all
 * @param given the mass that they have, in all
 * @param received what the keys of the span receive, in all
 * @param maps the totals of section maps, where they are in this span
 */
@DefaultSerializer(JavaSerializer.class)
record SpanFigures(
        double mass,
        double entropy,
        double ahead,
        double largest,
        double due,
        double given,
        double received,
        double[] maps)
        implements Serializable {

    /**
     * Where the statistics are that rules look at.
     *
     * @param ahead negative if no head is causal
     * @param maps those of sections that leave nothing out
     * @param causal for each sequence and head, whether none of its queries sees a key that comes after it
     */
    @DefaultSerializer(JavaSerializer.class)
    record Places(int entropy, int received, int ahead, int[] maps, boolean[][] causal) implements Serializable {}

    /** @param spec of the sequence */
    static SpanFigures of(Places places, AttentionSpec spec, HeadScope scope, SpanOrder.Span span, SpanPiece all) {
        double mass = 0;
        double entropy = 0;
        double ahead = 0;
        double due = 0;
        double given = 0;
        double received = 0;
        if (span.ofQueries()) {
            PositionSums sums = (PositionSums) all.found()[places.entropy];
            for (int i = 0; i < span.count(); i++) {
                long query = span.first() + i;
                double its = sums.get(query, Entropy.MASS);
                due += all.expected()[i];
                given += its;
                mass = Math.max(mass, Math.abs(its - all.expected()[i]));
                double bound = bound(spec, scope, query, its);
                double found = sums.get(query, Entropy.ENTROPY);
                entropy = Math.max(entropy, Math.max(-found, found - bound));
            }
            if (places.ahead >= 0 && places.causal[span.sequence()][span.head()]) {
                ahead = IntStream.range(0, span.count())
                        .mapToDouble(i -> ((PositionSums) all.found()[places.ahead]).get(span.first() + i, 0))
                        .max()
                        .orElse(0);
            }
        }
        if (span.ofKeys() && all.found()[places.received] != null) {
            received = ((PositionSums) all.found()[places.received]).total(0);
        }
        double[] maps = IntStream.of(places.maps)
                .mapToDouble(map -> all.found()[map] == null ? 0 : sum((PositionSums) all.found()[map]))
                .toArray();
        return new SpanFigures(mass, entropy, ahead, all.largest(), due, given, received, maps);
    }

    private static double sum(PositionSums map) {
        return IntStream.range(0, map.columns()).mapToDouble(map::total).sum();
    }

    /** The largest entropy of weights of some mass: all keys that are seen share it alike. */
    private static double bound(AttentionSpec spec, HeadScope scope, long query, double mass) {
        long seen = spec.mask().isCounted() ? spec.mask().pairs(scope.head(), query, 1, scope.keys()) : scope.keys();
        return mass <= 0 ? 0 : mass * (StrictMath.log(Math.max(1, seen)) - StrictMath.log(mass));
    }
}
