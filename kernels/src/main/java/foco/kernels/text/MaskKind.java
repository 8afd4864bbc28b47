package foco.kernels.text;

import foco.kernels.mask.Mask;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A kind of mask that has a name.
 *
 * @param form what is legal, for messages
 */
record MaskKind(String name, String form, Function<Arguments, Mask> make) {

    private static final String OFFSET = "query offset";

    /** By their plain names. */
    static final Map<String, MaskKind> ALL = all(List.of(
            new MaskKind("full", "full", arguments -> Mask.full()),
            new MaskKind("causal", "causal or causal(query offset N)", a -> Mask.causal(a.labelled(OFFSET, 0))),
            new MaskKind(
                    "window",
                    "window(LEFT, RIGHT[, query offset N]), -1 for no limit",
                    a -> Mask.window(a.whole("LEFT"), a.whole("RIGHT"), a.labelled(OFFSET, 0))),
            new MaskKind(
                    "chunks",
                    "chunks(SIZE[, query offset N])",
                    a -> Mask.chunks(a.whole("SIZE"), a.labelled(OFFSET, 0))),
            new MaskKind(
                    "prefix",
                    "prefix(LENGTH[, query offset N])",
                    a -> Mask.prefix(a.whole("LENGTH"), a.labelled(OFFSET, 0))),
            new MaskKind(
                    "documents",
                    "documents(LENGTH, LENGTH, ...[, query offset N])",
                    a -> Mask.documents(a.wholes("a length"), a.labelled(OFFSET, 0))),
            new MaskKind("valid keys", "valid keys(COUNT)", a -> Mask.validKeys(a.whole("COUNT"))),
            new MaskKind(
                    "global",
                    "global(COUNT[, query offset N])",
                    a -> Mask.global(a.whole("COUNT"), a.labelled(OFFSET, 0))),
            new MaskKind(
                    "strided",
                    "strided(STRIDE[, query offset N])",
                    a -> Mask.strided(a.whole("STRIDE"), a.labelled(OFFSET, 0))),
            new MaskKind(
                    "fixed",
                    "fixed(STRIDE, SUMMARY[, query offset N])",
                    a -> Mask.fixed(a.whole("STRIDE"), a.whole("SUMMARY"), a.labelled(OFFSET, 0))),
            new MaskKind(
                    "BigBird",
                    "BigBird(SIZE[, global 2][, window 1][, random 3][, seed 0][, blocks N])",
                    MaskKind::bigBird),
            new MaskKind(
                    "matrix",
                    "matrix('101 110', ...), a string for each head and a word for each query",
                    a -> map(a, 1)),
            new MaskKind(
                    "block map",
                    "block map(SIZE, '101 110', ...), a string for each head and a word for each row",
                    a -> map(a, a.whole("SIZE")))));

    private static Map<String, MaskKind> all(List<MaskKind> kinds) {
        Map<String, MaskKind> all = new LinkedHashMap<>();
        kinds.forEach(kind -> all.put(Token.plain(kind.name), kind));
        return all;
    }

    private static Mask bigBird(Arguments a) {
        long size = a.whole("SIZE");
        long blocks = a.labelled("blocks", 0);
        long random = a.labelled("random", 3);
        if (random != (int) random) {
            throw a.fault(a.at(), "a BigBird draws at most %,d blocks".formatted(Integer.MAX_VALUE));
        }
        Mask mask = Mask.bigBird(
                size, a.labelled("global", 2), a.labelled("window", 1), (int) random, a.labelled("seed", 0));
        return blocks == 0 ? mask : mask.forSequence("", 0, Math.multiplyExact(size, blocks));
    }

    private static Mask map(Arguments a, long size) {
        List<String[]> heads = new ArrayList<>();
        for (Token string : a.strings("a map of 0 and 1")) {
            heads.add(string.text().strip().split("[;\\s]+"));
        }
        int rows = heads.get(0).length;
        int columns = heads.get(0)[0].length();
        BitSet bits = new BitSet();
        int next = 0;
        for (String[] head : heads) {
            for (String row : head) {
                if (head.length != rows || row.length() != columns || !row.matches("[01]+")) {
                    throw a.fault(a.at(), "rows of 0 and 1, all of one length, are due");
                }
                for (int column = 0; column < columns; column++) {
                    bits.set(next++, row.charAt(column) == '1');
                }
            }
        }
        return Mask.blocks(size, heads.size(), rows, columns, bits);
    }
}
