package foco.kernels.text;

import foco.kernels.score.Alibi;
import foco.kernels.score.ScoreModifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A kind of score modifier that has a name. What it makes is a function of the number of heads, which a text may leave to
 * the input.
 *
 * @param form what is legal, for messages
 */
record ScoreKind(String name, String form, Function<Arguments, IntFunction<ScoreModifier>> make) {

    private static final String OFFSET = "query offset";

    /** By their plain names. */
    static final Map<String, ScoreKind> ALL = all(List.of(
            new ScoreKind("soft cap", "soft cap(CAP)", a -> always(ScoreModifier.softCap(a.number("CAP")))),
            new ScoreKind(
                    "ALiBi", "ALiBi, or ALiBi([SLOPE, SLOPE, ...][, query offset N]), a slope for each head", a -> {
                        float[] slopes = a.floats();
                        long offset = a.labelled(OFFSET, 0);
                        return slopes.length == 0
                                ? heads -> ScoreModifier.alibi(offset, Alibi.slopes(heads))
                                : always(ScoreModifier.alibi(offset, slopes));
                    }),
            new ScoreKind(
                    "relative bias",
                    "relative bias('ROW; ROW; ...'[, bidirectional][, to 128][, query offset N]), a row for each bucket and"
                            + " a number for each head",
                    ScoreKind::relativeBias),
            new ScoreKind(
                    "bias",
                    "bias('ROW; ROW; ...', ...), a string for each head, a row for each query and a number for each key",
                    ScoreKind::bias)));

    private static Map<String, ScoreKind> all(List<ScoreKind> kinds) {
        Map<String, ScoreKind> all = new LinkedHashMap<>();
        kinds.forEach(kind -> all.put(Token.plain(kind.name), kind));
        return all;
    }

    private static IntFunction<ScoreModifier> always(ScoreModifier modifier) {
        return heads -> modifier;
    }

    private static IntFunction<ScoreModifier> relativeBias(Arguments a) {
        boolean bidirectional = a.flag("bidirectional");
        long farthest = a.labelled("to", 128);
        long offset = a.labelled(OFFSET, 0);
        float[][] table = Numbers.table(a.strings("a table").get(0), a);
        return always(ScoreModifier.relativeBias(table, bidirectional, farthest, offset));
    }

    private static IntFunction<ScoreModifier> bias(Arguments a) {
        List<float[][]> tables = new ArrayList<>();
        for (Token string : a.strings("a table")) {
            tables.add(Numbers.table(string, a));
        }
        float[] flat = Numbers.flat(tables, a, a.at());
        return always(ScoreModifier.bias(tables.size(), tables.get(0).length, tables.get(0)[0].length, flat));
    }
}
