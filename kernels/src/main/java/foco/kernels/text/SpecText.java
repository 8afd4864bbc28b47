package foco.kernels.text;

import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * An attention as a line of text, for instance
 *
 * <pre>{@code
 * heads 8, key/value heads 2, width 64, rotary, soft cap(50.0), causal and window(4095, 0)
 * }</pre>
 *
 * <p>Clauses come in any order, parted by commas or by spaces alone: {@code heads}, {@code key/value heads}, {@code width} of
 * a key, {@code value width}, {@code scale}; score modifiers in the order in which they work; {@code sinks}; {@code rotary};
 * and one mask, which {@code and}, {@code or}, {@code not} and brackets put together. {@code and} binds more closely than
 * {@code or}. Upper and lower case are alike, and so are {@code soft cap}, {@code soft-cap} and {@code softcap}.
 *
 * <p>What a text leaves out is given by the input ({@link #spec(int, int, int)}), or has the default of
 * {@link AttentionSpec#of}. The text of a whole spec ({@link #of}) reads back as an equal spec. Functions of a program,
 * matrices of more than 65,536 numbers and rotary embeddings made of given cosines and sines have no text.
 *
 * <p>Two of them are equal if they have the same text.
 */
public final class SpecText {

    private final Map<String, Double> settings;
    private final List<Part<ScoreModifier>> scores;
    private final List<Float> sinks;
    private final Optional<Part<RotaryEmbedding>> rotary;
    private final Mask mask;

    SpecText(
            Map<String, Double> settings,
            List<Part<ScoreModifier>> scores,
            List<Float> sinks,
            Optional<Part<RotaryEmbedding>> rotary,
            Mask mask) {
        this.settings = new TreeMap<>(settings);
        this.scores = List.copyOf(scores);
        this.sinks = List.copyOf(sinks);
        this.rotary = rotary;
        this.mask = mask;
    }

    /** @throws IllegalArgumentException naming the place in the text, and what is legal there */
    public static SpecText parse(String text) {
        return new SpecParser(text).spec();
    }

    /**
     * A mask alone, as {@link Mask#text} prints it.
     *
     * @throws IllegalArgumentException naming the place in the text, and what is legal there
     */
    public static Mask parseMask(String text) {
        return new SpecParser(text).maskAlone();
    }

    /** @throws IllegalArgumentException naming the mask or the score modifier that has no text */
    public static SpecText of(AttentionSpec spec) {
        return of(spec, Optional.empty());
    }

    /** @throws IllegalArgumentException naming the part that has no text */
    public static SpecText of(AttentionSpec spec, Optional<RotaryEmbedding> embedding) {
        Map<String, Double> settings = new TreeMap<>();
        settings.put(SpecParser.HEADS, (double) spec.heads());
        settings.put(SpecParser.WIDTH, (double) spec.keyWidth());
        if (spec.keyValueHeads() != spec.heads()) {
            settings.put(SpecParser.KEY_VALUE_HEADS, (double) spec.keyValueHeads());
        }
        if (spec.valueWidth() != spec.keyWidth()) {
            settings.put(SpecParser.VALUE_WIDTH, (double) spec.valueWidth());
        }
        if (spec.scale() != 1 / Math.sqrt(spec.keyWidth())) {
            settings.put(SpecParser.SCALE, spec.scale());
        }
        List<Part<ScoreModifier>> scores = new ArrayList<>();
        for (ScoreModifier modifier : spec.scores()) {
            scores.add(new Part<>(required(modifier.text(), "score modifier", modifier), heads -> modifier));
        }
        required(spec.mask().text(), "mask", spec.mask());
        Optional<Part<RotaryEmbedding>> rotary =
                embedding.map(given -> new Part<>(required(given.text(), "rotary embedding", given), width -> given));
        return new SpecText(settings, scores, spec.sinks(), rotary, spec.mask());
    }

    private static String required(Optional<String> text, String what, Object part) {
        return text.orElseThrow(() -> new IllegalArgumentException(
                "The %s %s has no text: it is made of a function of a program, or of more than 65,536 numbers."
                        .formatted(what, part)));
    }

    public OptionalInt heads() {
        return whole(SpecParser.HEADS);
    }

    public OptionalInt keyValueHeads() {
        return whole(SpecParser.KEY_VALUE_HEADS);
    }

    /** The width of a key in one head. */
    public OptionalInt width() {
        return whole(SpecParser.WIDTH);
    }

    public OptionalInt valueWidth() {
        return whole(SpecParser.VALUE_WIDTH);
    }

    private OptionalInt whole(String setting) {
        Double value = settings.get(setting);
        return value == null ? OptionalInt.empty() : OptionalInt.of(value.intValue());
    }

    public Mask mask() {
        return mask;
    }

    /** Whether a score modifier or a rotary embedding is among it, or anything else but heads, widths and mask. */
    public boolean hasScores() {
        return !scores.isEmpty() || !sinks.isEmpty();
    }

    public boolean hasRotary() {
        return rotary.isPresent();
    }

    /**
     * The attention that the text says by itself.
     *
     * @throws IllegalArgumentException if it does not say heads and width, or what it says is out of range
     */
    public AttentionSpec spec() {
        int width = width().orElseThrow(() -> missing(SpecParser.WIDTH));
        int count = heads().orElseThrow(() -> missing(SpecParser.HEADS));
        return spec(count, keyValueHeads().orElse(count), width, valueWidth().orElse(width));
    }

    private IllegalArgumentException missing(String setting) {
        return new IllegalArgumentException("The spec \"%s\" does not say %s; add %2$s N.".formatted(this, setting));
    }

    /**
     * The attention over rows so wide, the heads side by side. Where the text does not say heads there is one; key/value
     * heads are as many as make keys as wide as queries.
     *
     * @throws IllegalArgumentException if rows and text do not fit one another, or what it says is out of range
     */
    public AttentionSpec spec(int queryRowWidth, int keyRowWidth, int valueRowWidth) {
        int count = heads().orElse(1);
        int width = divided("query", queryRowWidth, count, "head");
        int groups = keyValueHeads().orElse(divided("key", keyRowWidth, width, "element of a head"));
        int keyWidth = divided("key", keyRowWidth, groups, "key/value head");
        if (keyWidth != width) {
            throw new IllegalArgumentException(
                    "Queries are %d wide, which is %d in each of %d heads, and keys %d, which is %d in each of %d; the two must be equal. Give heads and key/value heads in the spec."
                            .formatted(queryRowWidth, width, count, keyRowWidth, keyWidth, groups));
        }
        return spec(count, groups, width, divided("value", valueRowWidth, groups, "key/value head"));
    }

    private static int divided(String what, int rowWidth, int count, String each) {
        if (count < 1 || rowWidth < 1 || rowWidth % count != 0) {
            throw new IllegalArgumentException(
                    "The %s vectors have %d numbers, which %d %s%s do not divide; give heads and key/value heads that do in the spec."
                            .formatted(
                                    what,
                                    rowWidth,
                                    count,
                                    each.replace("element", "elements"),
                                    each.startsWith("e") ? "" : "s"));
        }
        return rowWidth / count;
    }

    /**
     * The attention of so many heads so wide, which the input has.
     *
     * @throws IllegalArgumentException if the text says other numbers, or what it says is out of range
     */
    public AttentionSpec spec(int heads, int keyValueHeads, int keyWidth, int valueWidth) {
        requireSame(SpecParser.HEADS, heads);
        requireSame(SpecParser.KEY_VALUE_HEADS, keyValueHeads);
        requireSame(SpecParser.WIDTH, keyWidth);
        requireSame(SpecParser.VALUE_WIDTH, valueWidth);
        AttentionSpec shape = AttentionSpec.of(heads, keyWidth)
                .withKeyValueHeads(keyValueHeads)
                .withValueWidth(valueWidth);
        Double scale = settings.get(SpecParser.SCALE);
        List<ScoreModifier> modifiers = new ArrayList<>();
        scores.forEach(part -> modifiers.add(part.of().apply(heads)));
        return new AttentionSpec(
                heads,
                keyValueHeads,
                keyWidth,
                valueWidth,
                scale == null ? shape.scale() : scale,
                modifiers,
                sinks,
                mask);
    }

    private void requireSame(String setting, int given) {
        OptionalInt said = whole(setting);
        if (said.isPresent() && said.getAsInt() != given) {
            throw new IllegalArgumentException(
                    "The spec says %s %d, and the input has %d; leave it out of the spec, or give what the input has."
                            .formatted(setting, said.getAsInt(), given));
        }
    }

    /**
     * The rotary embedding for heads of a width, if the text has one.
     *
     * @throws IllegalArgumentException if it does not fit them
     */
    public Optional<RotaryEmbedding> rotary(int keyWidth) {
        return rotary.map(part -> part.of().apply(keyWidth));
    }

    /** The text, in one order and spelling. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (String setting :
                List.of(SpecParser.HEADS, SpecParser.KEY_VALUE_HEADS, SpecParser.WIDTH, SpecParser.VALUE_WIDTH)) {
            whole(setting).ifPresent(value -> parts.add(setting + " " + value));
        }
        Double scale = settings.get(SpecParser.SCALE);
        if (scale != null) {
            parts.add(SpecParser.SCALE + " " + scale);
        }
        rotary.ifPresent(part -> parts.add(part.text()));
        scores.forEach(part -> parts.add(part.text()));
        if (!sinks.isEmpty()) {
            parts.add("sinks(%s)"
                    .formatted(String.join(
                            ", ", sinks.stream().map(String::valueOf).toList())));
        }
        if (parts.isEmpty() || mask != Mask.full()) {
            parts.add(mask.text().orElseThrow());
        }
        return String.join(", ", parts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpecText text && toString().equals(text.toString());
    }

    @Override
    public int hashCode() {
        return Objects.hash(toString());
    }
}
