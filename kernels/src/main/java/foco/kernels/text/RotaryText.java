package foco.kernels.text;

import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.dense.RotaryScaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rotary embedding of a text. */
final class RotaryText {

    static final String FORM =
            "rotary, or rotary([width W][, base 10000][, interleaved][, scaling linear(F) | dynamic(F, LENGTH)"
                    + " | yarn(F, LENGTH[, FAST, SLOW, ATTENTION]) | llama3(F, LOW, HIGH, LENGTH)])";

    private RotaryText() {}

    /** What it is for heads of a width: all of a head turns if no width is given. */
    static Part<RotaryEmbedding> read(Arguments a) {
        long width = a.labelled("width", 0);
        double base = a.labelledNumber("base", RotaryEmbedding.BASE);
        boolean interleaved = a.flag("interleaved");
        a.flag("scaling none");
        Optional<Arguments> call = a.call("scaling");
        RotaryScaling scaling = call.map(RotaryText::scaling).orElse(RotaryScaling.none());
        call.ifPresent(Arguments::end);
        if (width != (int) width) {
            throw a.fault(a.at(), "a rotary width is at most %,d".formatted(Integer.MAX_VALUE));
        }
        if (width != 0) {
            RotaryEmbedding.of((int) width, base, scaling); // so that a wrong number is told of here
        }
        return new Part<>(
                text(width, base, scaling, interleaved),
                headWidth -> embedding(width == 0 ? headWidth : (int) width, base, scaling, interleaved, headWidth));
    }

    private static String text(long width, double base, RotaryScaling scaling, boolean interleaved) {
        List<String> parts = new ArrayList<>();
        if (width != 0) {
            parts.add("width " + width);
        }
        if (base != RotaryEmbedding.BASE) {
            parts.add("base " + base);
        }
        if (scaling != RotaryScaling.none()) {
            parts.add("scaling " + scaling);
        }
        if (interleaved) {
            parts.add("interleaved");
        }
        return parts.isEmpty() ? "rotary" : "rotary(%s)".formatted(String.join(", ", parts));
    }

    private static RotaryEmbedding embedding(
            int width, double base, RotaryScaling scaling, boolean interleaved, int headWidth) {
        RotaryEmbedding embedding = RotaryEmbedding.of(width, base, scaling);
        embedding.requireHeadWidth(headWidth);
        return interleaved ? embedding.interleaved() : embedding;
    }

    private static RotaryScaling scaling(Arguments a) {
        double factor = a.number("F");
        return switch (a.name()) {
            case "linear" -> RotaryScaling.linear(factor);
            case "dynamic" -> RotaryScaling.dynamicNtk(factor, a.whole("LENGTH"));
            case "yarn" -> yarn(a, factor);
            case "llama3" -> RotaryScaling.llama3(factor, a.number("LOW"), a.number("HIGH"), a.whole("LENGTH"));
            default -> throw a.fault(a.at(), "no rotary scaling is named %s".formatted(a.name()));
        };
    }

    private static RotaryScaling yarn(Arguments a, double factor) {
        long length = a.whole("LENGTH");
        Optional<Double> fast = a.numberIfGiven("FAST");
        return fast.isEmpty()
                ? RotaryScaling.yarn(factor, length)
                : RotaryScaling.yarn(factor, length, fast.get(), a.number("SLOW"), a.number("ATTENTION"));
    }
}
