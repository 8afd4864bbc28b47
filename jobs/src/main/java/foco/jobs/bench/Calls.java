package foco.jobs.bench;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Calls of the same work made one after another in one process, of which only those count that come after it is warm. A
 * first call may take many times as long as the later ones, as the system hands out memory and the compiler works, and so
 * may a second: a warm-up is over when the times say so, and not after some seconds.
 *
 * @param seconds what each call took, in the order of the calls; 5 or more
 */
public record Calls(List<Double> seconds) {
    /** Calls that warm up, however alike they are. */
    private static final int WARM_UP = 3;

    /** Calls that must be left to measure. */
    private static final int MEASURED = 2;

    /** How much longer than another call one of the same speed may take, on a machine that others use as well. */
    private static final double ALIKE = 1.1;

    /** @throws IllegalArgumentException if there are fewer than 5 calls */
    public Calls {
        seconds = List.copyOf(seconds);
        if (seconds.size() < WARM_UP + MEASURED) {
            throw new IllegalArgumentException(
                    "%d calls are too few; make %d or more".formatted(seconds.size(), WARM_UP + MEASURED));
        }
    }

    /**
     * Whether two calls or more count: they, and the last call of the warm-up, took the same time to within a tenth. Where
     * they did not, more calls may.
     */
    public boolean steady() {
        return alikeFrom(warmUps() - 1);
    }

    /** The median time of the calls that count; if {@link #steady} is false, of the last two. */
    public double median() {
        return Median.of(seconds.subList(warmUps(), seconds.size()));
    }

    private int warmUps() {
        int most = seconds.size() - MEASURED;
        return IntStream.range(WARM_UP, most)
                .filter(count -> alikeFrom(count - 1))
                .findFirst()
                .orElse(most);
    }

    private boolean alikeFrom(int first) {
        List<Double> calls = seconds.subList(first, seconds.size());
        return Collections.max(calls) <= ALIKE * Collections.min(calls);
    }

    /** "8.27 3.57 1.19 | 1.21 1.20": seconds to three digits, and after the bar those that count. */
    @Override
    public String toString() {
        int warmUps = warmUps();
        return text(seconds.subList(0, warmUps)) + " | " + text(seconds.subList(warmUps, seconds.size()));
    }

    private static String text(List<Double> seconds) {
        return seconds.stream()
                .map(call -> String.format(Locale.ROOT, "%.3g", call))
                .collect(Collectors.joining(" "));
    }
}
