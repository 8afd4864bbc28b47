package foco.kernels.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What masks say of ranges, tiles and counts against their definition, pair by pair. */
class MaskPropertyTest {

    /** A mask, and a tile within the queries and keys that it was drawn for. */
    record Case(Mask mask, Tile tile, long keys) {}

    @Provide
    Arbitrary<Case> kinds() {
        return cases(RandomMasks.kinds());
    }

    @Provide
    Arbitrary<Case> trees() {
        return cases(RandomMasks.trees());
    }

    private static Arbitrary<Case> cases(Arbitrary<RandomMasks.Recipe> masks) {
        Arbitrary<Integer> lengths = Arbitraries.integers().between(1, 200);
        Arbitrary<Integer> sizes = Arbitraries.oneOf(Arbitraries.just(16), lengths);
        return Combinators.combine(masks, lengths, lengths, lengths, sizes, lengths, sizes, Arbitraries.of(0, 1))
                .as((mask, queries, keys, firstQuery, rows, firstKey, columns, head) -> {
                    // The tile lies within the queries and keys; half of the sides are as a kernel has them.
                    int i = firstQuery % queries;
                    int j = firstKey % keys;
                    Tile tile = new Tile(head, i, Math.min(rows, queries - i), j, Math.min(columns, keys - j));
                    return new Case(mask.of(queries, keys), tile, keys);
                });
    }

    private static boolean[][] seen(Mask mask, Tile tile) {
        boolean[][] seen = new boolean[tile.queries()][tile.keys()];
        for (int i = 0; i < tile.queries(); i++) {
            for (int j = 0; j < tile.keys(); j++) {
                seen[i][j] = mask.allows(tile.head(), tile.firstQuery() + i, tile.firstKey() + j);
            }
        }
        return seen;
    }

    private static long count(boolean[][] seen) {
        long count = 0;
        for (boolean[] row : seen) {
            for (boolean one : row) {
                count += one ? 1 : 0;
            }
        }
        return count;
    }

    @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
    void aKindKnowsItsTilesExactly(@ForAll("kinds") Case drawn) {
        long seen = count(seen(drawn.mask, drawn.tile));
        assertEquals(coverage(seen, drawn.tile), drawn.mask.coverage(drawn.tile));
    }

    @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
    void aTreeIsNeverWrongAboutATile(@ForAll("trees") Case drawn) {
        Coverage expected = coverage(count(seen(drawn.mask, drawn.tile)), drawn.tile);
        Coverage actual = drawn.mask.coverage(drawn.tile);
        assertTrue(actual == expected || actual == Coverage.PARTIAL, () -> "%s, where %s is right"
                .formatted(actual, expected));
    }

    private static Coverage coverage(long seen, Tile tile) {
        long pairs = (long) tile.queries() * tile.keys();
        return seen == 0 ? Coverage.NONE : seen == pairs ? Coverage.ALL : Coverage.PARTIAL;
    }

    @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
    void pairsAreCounted(@ForAll("trees") Case drawn) {
        Tile rows = new Tile(
                drawn.tile.head(), drawn.tile.firstQuery(), drawn.tile.queries(), 0, Math.toIntExact(drawn.keys));
        assertEquals(
                count(seen(drawn.mask, rows)),
                drawn.mask.pairs(rows.head(), rows.firstQuery(), rows.queries(), drawn.keys));
    }

    @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
    void rangesAscendWithoutMeetingAndHoldWhatIsSeen(@ForAll("trees") Case drawn) {
        Tile tile = drawn.tile;
        KeyRanges keys = new KeyRanges().reset(tile.firstKey(), tile.firstKey() + tile.keys());
        drawn.mask.visible(tile.head(), tile.firstQuery(), keys);
        assertTrue(Arrays.equals(seen(drawn.mask, tile)[0], ascending(keys, tile)));
    }

    /** The keys of ranges that ascend without meeting, by their place in the tile. */
    private static boolean[] ascending(KeyRanges keys, Tile tile) {
        boolean[] seen = new boolean[tile.keys()];
        long last = tile.firstKey() - 1;
        for (int r = 0; r < keys.count(); r++) {
            assertTrue(keys.from(r) > last && keys.to(r) > keys.from(r));
            last = keys.to(r);
            Arrays.fill(seen, (int) (keys.from(r) - tile.firstKey()), (int) (keys.to(r) - tile.firstKey()), true);
        }
        return seen;
    }

    @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
    void whatATileSeesLiesWithinItsBounds(@ForAll("trees") Case drawn) {
        Tile tile = drawn.tile;
        long end = tile.firstKey() + tile.keys();
        KeyRanges some = new KeyRanges().reset(tile.firstKey(), end);
        KeyRanges every = new KeyRanges().reset(tile.firstKey(), end);
        drawn.mask.visible(tile, some, every);
        boolean[] allowed = ascending(some, tile);
        boolean[] promised = ascending(every, tile);
        for (boolean[] row : seen(drawn.mask, tile)) {
            for (int j = 0; j < row.length; j++) {
                assertTrue(row[j] ? allowed[j] : !promised[j]);
            }
        }
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void alikeQueriesSeeTheSameKeys(@ForAll("trees") Case drawn) {
        boolean[][] seen = seen(drawn.mask, drawn.tile);
        long until = drawn.mask.alikeUntil(drawn.tile.firstQuery());
        assertTrue(until > drawn.tile.firstQuery());
        for (int i = 1; i < Math.min(seen.length, until - drawn.tile.firstQuery()); i++) {
            assertTrue(Arrays.equals(seen[0], seen[i]));
        }
    }

    @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
    void slidingQueriesSeeTheSameDistances(@ForAll("trees") Case drawn) {
        Tile tile = drawn.tile;
        long query = tile.firstQuery();
        long until = drawn.mask.slidesUntil(query);
        assertTrue(until > query);
        for (int i = 1; i < Math.min(tile.queries(), until - query); i++) {
            for (long key = tile.firstKey() - i; key < tile.firstKey() + tile.keys(); key++) {
                assertEquals(
                        drawn.mask.allows(tile.head(), query, key), drawn.mask.allows(tile.head(), query + i, key + i));
            }
        }
    }

    @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
    void whatAMaskIsWithinATileIsTheSameThere(@ForAll("trees") Case drawn) {
        assertTrue(Arrays.deepEquals(seen(drawn.mask, drawn.tile), seen(drawn.mask.within(drawn.tile), drawn.tile)));
    }

    @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
    void anOuterMaskHidesNothingThatIsShown(@ForAll("trees") Case drawn) {
        Mask outer = drawn.mask.outer();
        assertTrue(outer.givesFewRanges());
        assertTrue(Arrays.deepEquals(seen(drawn.mask, drawn.tile), seen(drawn.mask.and(outer), drawn.tile)));
    }

    /** One of a program's own is shifted by asking it about other queries, whatever it knows of tiles. */
    @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
    void aUsersMaskShiftedShowsWhatItShowsFurtherOn(@ForAll("trees") Case drawn) {
        Tile tile = drawn.tile;
        int first = (int) tile.firstQuery();
        Mask shifted = new UserMask(drawn.mask).shifted(first + 3).shifted(-3);
        Tile here = new Tile(tile.head(), 0, tile.queries(), tile.firstKey(), tile.keys());
        assertTrue(Arrays.deepEquals(seen(drawn.mask, tile), seen(shifted, here)));
        assertEquals(drawn.mask.coverage(tile), shifted.coverage(here));
        assertEquals(
                drawn.mask.pairs(tile.head(), first, tile.queries(), drawn.keys),
                shifted.pairs(tile.head(), 0, tile.queries(), drawn.keys));
    }
}
