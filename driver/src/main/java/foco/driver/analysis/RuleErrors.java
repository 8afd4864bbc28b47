package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * How far the weights of a head are from the rules, in the worst of its sequences.
 *
 * @param received relative to the mass of all queries, as {@code sections}
 * @param limit what the float32 numbers allow
 */
@DefaultSerializer(JavaSerializer.class)
record RuleErrors(double mass, double entropy, double ahead, double received, double sections, double limit)
        implements Serializable {

    /** The figures of a span, and its place among those of the head. */
    @DefaultSerializer(JavaSerializer.class)
    record Part(int number, SpanFigures figures) implements Serializable {}

    /** Of all spans of a head of a sequence. */
    static RuleErrors of(Iterable<Part> parts) {
        List<SpanFigures> spans = StreamSupport.stream(parts.spliterator(), false)
                .sorted(Comparator.comparingInt(Part::number))
                .map(Part::figures)
                .toList();
        double mass = 0;
        double entropy = 0;
        double ahead = 0;
        double largest = 0;
        double due = 0;
        double given = 0;
        double received = 0;
        double[] maps = new double[spans.get(0).maps().length];
        for (SpanFigures span : spans) {
            mass = worse(mass, span.mass());
            entropy = worse(entropy, span.entropy());
            ahead = worse(ahead, span.ahead());
            largest = worse(largest, span.largest());
            due += span.due();
            given += span.given();
            received += span.received();
            for (int m = 0; m < maps.length; m++) {
                maps[m] += span.maps()[m];
            }
        }
        double sections = 0;
        for (double map : maps) {
            sections = worse(sections, relative(map - given, given));
        }
        return new RuleErrors(
                mass,
                entropy,
                ahead,
                worse(relative(received - given, given), relative(received - due, due)),
                sections,
                SumRules.limit(largest));
    }

    private static double relative(double difference, double of) {
        return Math.abs(difference) / Math.max(1, of);
    }

    /** What is no number is worse than any. */
    private static double worse(double a, double b) {
        return Double.isNaN(a) || Double.isNaN(b) ? Double.POSITIVE_INFINITY : Math.max(a, b);
    }

    RuleErrors worse(RuleErrors other) {
        return new RuleErrors(
                worse(mass, other.mass),
                worse(entropy, other.entropy),
                worse(ahead, other.ahead),
                worse(received, other.received),
                worse(sections, other.sections),
                worse(limit, other.limit));
    }
}
