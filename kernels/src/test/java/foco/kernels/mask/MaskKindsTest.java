package foco.kernels.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.AttentionSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of mask as a picture: a line a query, a column a key, x where it is seen. */
class MaskKindsTest {

    static Stream<Arguments> pictures() {
        return Stream.of(
                picture(Mask.causal(), "x.....", "xx....", "xxx..."),
                picture(Mask.causal(3), "xxxx..", "xxxxx.", "xxxxxx"),
                picture(Mask.causal(-1), "......", "x.....", "xx...."),
                picture(Mask.window(1, 2), "xxx...", "xxxx..", ".xxxx.", "..xxxx", "...xxx", "....xx"),
                picture(Mask.window(2, -1, 3), ".xxxxx", "..xxxx"),
                picture(Mask.window(-1, 0), "x.....", "xx...."),
                picture(Mask.window(1, 0).and(Mask.causal()), "x.....", "xx....", ".xx..."),
                picture(Mask.chunks(2, 0), "xx....", "xx....", "..xx..", "..xx.."),
                picture(Mask.chunks(4, 3).and(Mask.causal(3)), "xxxx..", "....x.", "....xx"),
                picture(Mask.prefix(2, 0), "xx....", "xx....", "xxx...", "xxxx.."),
                picture(Mask.documents(1, 3, 2), "x.....", ".xxx..", ".xxx..", ".xxx..", "....xx", "....xx"),
                picture(Mask.documents(1, 3, 2).and(Mask.causal()), "x.....", ".x....", ".xx...", ".xxx..", "....x."),
                picture(Mask.validKeys(4), "xxxx..", "xxxx.."),
                picture(
                        Mask.global(1, 0).or(Mask.window(1, 1)),
                        "xxxxxx",
                        "xxx...",
                        "xxxx..",
                        "x.xxx.",
                        "x..xxx",
                        "x...xx"),
                picture(Mask.strided(3, 0), "x.....", "xx....", "xxx...", "xxxx..", ".xxxx.", "..xxxx"),
                picture(Mask.strided(2, 5), ".x.xxx"),
                picture(Mask.fixed(3, 1, 0), "x.....", "xx....", "xxx...", "..xx..", "..xxx.", "..xxxx"),
                picture(
                        Mask.blocks(2, new boolean[][] {{true, false, true}, {false, true, false}}),
                        "xx..xx",
                        "xx..xx",
                        "..xx..",
                        "..xx.."),
                picture(Mask.matrix(new boolean[][] {{true, false, true, false}}), "x.x...", "x.x..."),
                picture(Mask.matrix(new boolean[][] {{true}, {false}}), "xxxxxx", "......"),
                picture((head, query, key) -> key == 2 * query, "x.....", "..x...", "....x."),
                picture(Mask.causal().not(), ".xxxxx", "..xxxx"));
    }

    @Test
    void aShiftedMaskIsThatOfQueriesFurtherOn() {
        Mask positions = Mask.causal()
                .and(Mask.window(4, 0))
                .and(Mask.chunks(5, 0).or(Mask.prefix(2, 1)))
                .and(Mask.documents(4, 8).or(Mask.strided(3, 0)).not().not())
                .or(Mask.global(1, 0).and(Mask.fixed(4, 1, 0)));
        Mask shifted = Mask.bySequence(Map.of("a", positions)).shifted(3).forSequence("a", 9, 12);
        assertEquals(picture(positions, 0, 12, 12).subList(3, 12), picture(shifted, 0, 9, 12));
        Mask rows = Mask.matrix(new boolean[][] {{true, false}, {false, true}});
        assertEquals(picture(rows, 0, 2, 6), picture(rows.shifted(3), 0, 2, 6));
        assertThrows(IllegalArgumentException.class, () -> Mask.bigBird(2, 1, 1, 1, 1)
                .shifted(1));
    }

    private static Arguments picture(Mask mask, String... rows) {
        return Arguments.of(mask, List.of(rows));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void pictures(Mask mask, List<String> rows) {
        assertEquals(rows, picture(mask, 0, rows.size(), 6));
    }

    private static List<String> picture(Mask mask, int head, int queries, int keys) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < queries; i++) {
            StringBuilder row = new StringBuilder();
            for (int j = 0; j < keys; j++) {
                row.append(mask.allows(head, i, j) ? 'x' : '.');
            }
            rows.add(row.toString());
        }
        return rows;
    }

    @Test
    void aBigBirdSeesItsWindowTheGlobalBlocksAndAsManyOthersAsAsked() {
        int blocks = 40;
        Mask mask = Mask.bigBird(4, 2, 1, 3, 7).forSequence("s", 4 * blocks, 4 * blocks);
        for (int row = 0; row < blocks; row++) {
            int seen = 0;
            for (int column = 0; column < blocks; column++) {
                boolean sees = mask.allows(0, 4 * row + 1, 4 * column + 2);
                seen += sees ? 1 : 0;
                boolean fixed = row < 2 || column < 2 || Math.abs(row - column) <= 1;
                assertTrue(sees || !fixed, "block " + row + " of queries, " + column + " of keys");
            }
            int window = row == 2 ? 2 : row == blocks - 1 ? 2 : 3;
            assertEquals(row < 2 ? blocks : 2 + window + 3, seen, "block " + row);
        }
    }

    @Test
    void aBigBirdDrawsByHeadAndSeedAndDrawsTheSameAgain() {
        Mask mask = Mask.bigBird(1, 0, 0, 3, 7);
        List<String> drawn = picture(mask.forSequence("s", 50, 50), 0, 50, 50);
        assertEquals(drawn, picture(mask.forSequence("t", 50, 50), 0, 50, 50));
        assertNotEquals(drawn, picture(mask.forSequence("s", 50, 50), 1, 50, 50));
        assertNotEquals(drawn, picture(Mask.bigBird(1, 0, 0, 3, 8).forSequence("s", 50, 50), 0, 50, 50));
        assertThrows(IllegalStateException.class, () -> mask.allows(0, 0, 5));
    }

    @Test
    void aMatrixMayDifferByHead() {
        BitSet seen = new BitSet();
        seen.set(1);
        seen.set(2);
        Mask mask = Mask.matrix(2, 1, 2, seen);
        assertEquals(List.of(".x"), picture(mask, 0, 1, 2));
        assertEquals(List.of("x."), picture(mask, 1, 1, 2));
        assertThrows(IllegalArgumentException.class, () -> mask.allows(2, 0, 0));
        seen.clear();
        assertTrue(mask.allows(0, 0, 1), "a mask must not change with the bits it was made of");
    }

    @Test
    void eachSequenceHasItsOwnMask() {
        Mask mask = Mask.causal().and(Mask.bySequence(Map.of("a", Mask.validKeys(1), "b", Mask.documents(1, 1))));
        assertEquals(List.of("x.", "x."), picture(mask.forSequence("a", 2, 2), 0, 2, 2));
        assertEquals(List.of("x.", ".x"), picture(mask.forSequence("b", 2, 2), 0, 2, 2));
        refused("Sequence c has no mask, among 2 that have one", () -> mask.forSequence("c", 2, 2));
        assertThrows(IllegalStateException.class, () -> mask.allows(0, 0, 0));
    }

    @Test
    void masksThatDoNotFitTheirSequenceAreRefusedByName() {
        refused("A prefix of 21 goes beyond the 20 keys of sequence s", () -> Mask.prefix(21, 0)
                .forSequence("s", 20, 20));
        refused("The lengths of the 2 documents add up to 19, and sequence s has 20 keys", () -> Mask.documents(9, 10)
                .forSequence("s", 20, 20));
        refused(
                "The queries of sequence s stand at positions 5 to 24, and its documents at 0 to 19",
                () -> Mask.documents(new long[] {20}, 5).forSequence("s", 20, 20));
        refused(
                "The queries of sequence s stand at positions 5 to 24",
                () -> Mask.documents(20).or(Mask.full()).shifted(5).forSequence("s", 20, 20));
        refused("21 keys of sequence s are said to be valid", () -> Mask.validKeys(21)
                .forSequence("s", 5, 20));
        refused(
                "21 global tokens are more than the 20 keys",
                () -> Mask.window(1, 1).or(Mask.global(21, 0)).forSequence("s", 20, 20));
        refused(
                "The block map(2 x 1 blocks of 8) has 2 rows, and the 20 queries of sequence s need 3",
                () -> Mask.blocks(8, new boolean[2][1]).forSequence("s", 20, 20));
        refused(
                "The matrix(20 x 21) has 21 columns, and the 20 keys of sequence s need 20",
                () -> Mask.matrix(new boolean[20][21]).not().forSequence("s", 20, 20));
    }

    @Test
    void aWindowBeyondTheKeysIsRefusedUnlessAnotherMaskShowsSome() {
        Mask beyond = Mask.window(2, 0, 50);
        AttentionSpec spec = AttentionSpec.of(1, 4);
        for (Mask mask : List.of(beyond, beyond.and(Mask.causal(50)), beyond.or(beyond.and(Mask.validKeys(3))))) {
            refused(
                    "The mask %s hides all 20 keys of sequence s from all 10 queries".formatted(mask),
                    () -> spec.withMask(mask).forSequence("s", 10, 20));
        }
        Mask function = (head, query, key) -> key == 3;
        for (Mask mask : List.of(
                beyond.or(function),
                function.or(beyond),
                beyond.not(),
                beyond.not().and(function))) {
            AttentionSpec own = spec.withMask(mask).forSequence("s", 10, 20);
            assertTrue(own.mask().allows(0, 0, 3), mask.toString());
        }
        assertEquals(
                beyond, spec.withMask(beyond).forSequence("s", 10, 49).mask(), "the first query sees the last key");
    }

    @Test
    void masksThatNoSequenceHasAreRefusedByName() {
        refused("A window's left side (-1: no limit) must be -1 or more, and is -2", () -> Mask.window(-2, 0));
        refused("A window's right side", () -> Mask.window(0, Long.MAX_VALUE));
        refused("A window's query offset", () -> Mask.window(0, 0, Long.MIN_VALUE));
        refused("The size of a chunk must be 1 or more, and is 0", () -> Mask.chunks(0, 0));
        refused("The length of a prefix must be 1 or more, and is 0", () -> Mask.prefix(0, 0));
        refused("The number of documents must be 1 or more, and is 0", () -> Mask.documents());
        refused("The length of document 1 must be 1 or more, and is 0", () -> Mask.documents(3, 0));
        refused("The number of valid keys must be 0 or more, and is -1", () -> Mask.validKeys(-1));
        refused("The number of global tokens must be 1 or more, and is 0", () -> Mask.global(0, 0));
        refused("A chunk of 4 cannot have 5 summary positions; give at most 4", () -> Mask.fixed(4, 5, 0));
        refused("The size of a block must be 1 or more, and is 0", () -> Mask.bigBird(0, 1, 1, 1, 1));
        refused(
                "A mask of 1 x 65536 x 65536 takes 512 MiB, and at most 128 MiB go with each task",
                () -> Mask.matrix(1, 65536, 65536, new BitSet()));
        refused(
                "Row 0 of a mask has 2 columns, and row 1 has 1",
                () -> Mask.matrix(new boolean[][] {{true, false}, {true}}));
    }

    private static void refused(String message, Executable mask) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, mask);
        assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
    }

    @Test
    void aMaskTravelsToOtherMachines() throws Exception {
        Mask mask = Mask.causal()
                .and(Mask.documents(3, 3))
                .or(Mask.bySequence(Map.of("s", (head, query, key) -> key == 5)))
                .and(Mask.blocks(6, new boolean[][] {{true}}).not().not());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(mask);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            Mask read = (Mask) in.readObject();
            assertEquals(
                    List.of("x....x", "xx...x", "xxx..x", "...x.x", "...xxx", "...xxx"),
                    picture(read.forSequence("s", 6, 6), 0, 6, 6));
        }
    }

    @Test
    void aMaskSaysWhatItIs() {
        assertEquals(
                "causal and window(4095, 0)",
                Mask.causal().and(Mask.window(4095, 0)).toString());
        assertEquals(
                "causal and (window(2, 2) or global(1))",
                Mask.full()
                        .and(Mask.causal())
                        .and(Mask.window(2, 2).or(Mask.global(1, 0)))
                        .toString());
    }

    /** A BigBird mask cannot be shifted, and need not be where its own sequence has no past. */
    @Test
    void eachSequenceIsShiftedByItsOwnNumberAlone() {
        Mask mask = Mask.bySequence(Map.of("a", Mask.bigBird(4, 1, 1, 1, 5), "b", Mask.chunks(3, 0)))
                .and(Mask.causal().or(Mask.global(2, 0).not()));
        Mask shifted = mask.shifted(Map.of("a", 0L, "b", 7L));
        Mask a = shifted.forSequence("a", 20, 20);
        Mask b = shifted.forSequence("b", 20, 27);
        for (int query = 0; query < 20; query++) {
            for (int key = 0; key < 27; key++) {
                boolean elsewhere = key <= query + 7 || query + 7 >= 2 && key >= 2;
                assertEquals((query + 7) / 3 == key / 3 && elsewhere, b.allows(0, query, key), query + ", " + key);
                if (key < 20) {
                    assertEquals(mask.forSequence("a", 20, 20).allows(0, query, key), a.allows(0, query, key));
                }
            }
        }
        assertThrows(IllegalArgumentException.class, () -> mask.shifted(Map.of("a", 1L, "b", 7L)));
        assertThrows(IllegalArgumentException.class, () -> shifted.forSequence("c", 20, 20));
    }
}
