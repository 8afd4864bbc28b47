package foco.kernels.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Counts of what is seen, against the definition and over more keys than could be gone through. */
class MaskCountTest {

    /** Going through even one key in a thousand of these takes minutes. */
    private static final long MANY = 1L << 40;

    static Stream<Mask> countedMasks() {
        Mask strided = Mask.strided(128, 5);
        Mask fixed = Mask.fixed(128, 8, -3);
        List<Mask> local =
                List.of(Mask.causal(), Mask.window(1 << 20, 300), Mask.documents(MANY / 3, MANY), Mask.global(9, 0));
        return Stream.of(strided, fixed)
                .flatMap(mask -> Stream.concat(
                        Stream.of(mask, mask.not()),
                        local.stream()
                                .flatMap(other -> Stream.of(
                                        mask.and(other),
                                        other.and(mask.not()),
                                        mask.or(other),
                                        other.not().or(mask),
                                        mask.or(other).and(Mask.chunks(1 << 30, 0)),
                                        mask.and(other).not()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("countedMasks")
    void patternsAreCountedHoweverManyKeysThereAre(Mask mask) {
        assertTrue(mask.isCounted());
        Random random = new Random(11);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < 200; i++) {
                long query = random.nextLong(MANY);
                long middle = Math.max(0, (i % 2 == 0 ? query : random.nextLong(MANY)) - 700);
                long seen = 0;
                for (long key = middle; key < middle + 1000; key++) {
                    seen += mask.allows(0, query, key) ? 1 : 0;
                }
                assertEquals(seen, count(mask, query, middle, middle + 1000), "query " + query + " from " + middle);
                long parts = count(mask, query, 0, middle) + seen + count(mask, query, middle + 1000, MANY + 1000);
                assertEquals(parts, count(mask, query, 0, MANY + 1000), "query " + query);
            }
        });
    }

    private static long count(Mask mask, long query, long from, long to) {
        return mask.seen(0, query, new KeyRanges().reset(from, to));
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void stridedAndFixedPairsAreThoseOfTheirDefinition(
            @ForAll @IntRange(min = 1, max = 60) int stride,
            @ForAll @IntRange(min = 1, max = 60) int summary,
            @ForAll @IntRange(min = -200, max = 200) int offset,
            @ForAll @IntRange(min = 0, max = 300) int firstQuery,
            @ForAll @IntRange(min = 1, max = 100) int queries,
            @ForAll @IntRange(min = 1, max = 500) int keys) {
        for (Mask mask : List.of(Mask.strided(stride, offset), Mask.fixed(stride, Math.min(stride, summary), offset))) {
            long seen = 0;
            for (int query = firstQuery; query < firstQuery + queries; query++) {
                for (int key = 0; key < keys; key++) {
                    seen += mask.allows(0, query, key) ? 1 : 0;
                }
            }
            assertEquals(seen, mask.pairs(0, firstQuery, queries, keys, 1), mask::toString);
        }
    }
}
