package foco.kernels.dense;

import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;

/**
 * Rotary position embedding, Su et al., "RoFormer" (2021): pairs of elements of a query or a key are turned as points of
 * a plane, by an angle proportional to the position, so that dot products depend on distances alone.
 *
 * <p>Elements pair up over the two halves of what turns, {@code i} with {@code i + width / 2}, as in GPT-NeoX, Llama and
 * their kin; or side by side, {@code 2 i} with {@code 2 i + 1}, as in GPT-J: {@link #interleaved}. The first
 * {@code width} elements of a head turn, and those after them are left as they are. Angles, sines and products are in
 * float64, and each element is rounded once.
 */
public final class RotaryEmbedding implements Serializable {

    /** The base of the paper, and of most models. */
    public static final double BASE = 10_000;

    private final RotaryAngles angles;
    private final boolean interleaved;

    private RotaryEmbedding(RotaryAngles angles, boolean interleaved) {
        this.angles = angles;
        this.interleaved = interleaved;
    }

    /** {@link #of(int, double, RotaryScaling)} with the paper's base and no scaling. */
    public static RotaryEmbedding of(int width) {
        return of(width, BASE, RotaryScaling.none());
    }

    /**
     * @param width the elements of a head that turn: an even number, at most the head's width
     * @param base the base of the frequencies, above 1
     * @throws IllegalArgumentException if a number is none of these
     */
    public static RotaryEmbedding of(int width, double base, RotaryScaling scaling) {
        RotaryNumbers.require(
                width >= 2 && width % 2 == 0, "A rotary width must be an even number from 2 on, and is %d.", width);
        RotaryNumbers.require(
                base > 1 && base <= Double.MAX_VALUE,
                "A rotary base must be a finite number above 1, and is %s.",
                base);
        return new RotaryEmbedding(ComputedAngles.of(width, base, Objects.requireNonNull(scaling), 0), false);
    }

    /**
     * Cosines and sines given for each position, as the ONNX operator RotaryEmbedding takes them.
     *
     * @param pairs the pairs of elements that turn, half the rotary width
     * @param cosines {@code [positions, pairs]} row-major
     * @param sines as many
     * @throws IllegalArgumentException if they do not fit one another
     */
    public static RotaryEmbedding cached(int pairs, float[] cosines, float[] sines) {
        RotaryNumbers.require(
                pairs >= 1 && cosines.length >= pairs && cosines.length % pairs == 0 && cosines.length == sines.length,
                "A cache for %d pairs has as many cosines as sines, %1$d for each position; given %d and %d.",
                pairs,
                cosines.length,
                sines.length);
        return new RotaryEmbedding(new CachedAngles(pairs, cosines.clone(), sines.clone()), false);
    }

    /** The same, with pairs side by side. */
    public RotaryEmbedding interleaved() {
        return new RotaryEmbedding(angles, true);
    }

    /** The same for a sequence of so many positions, on which {@link RotaryScaling#dynamicNtk} depends. */
    public RotaryEmbedding forLength(long length) {
        return new RotaryEmbedding(angles.forLength(length), interleaved);
    }

    /** The elements of a head that turn. */
    public int width() {
        return 2 * angles.pairs();
    }

    /**
     * Turns the vectors of one token in place.
     *
     * @param token the heads side by side, {@code [heads, headWidth]} from {@code offset} on
     * @throws IllegalArgumentException if heads are narrower than what turns, or a cache does not hold the position
     */
    public void rotate(float[] token, int offset, int heads, int headWidth, long position) {
        requireHeadWidth(headWidth);
        int pairs = angles.pairs();
        double[] cos = new double[pairs];
        double[] sin = new double[pairs];
        angles.at(position, cos, sin);
        int step = interleaved ? 2 : 1;
        int apart = interleaved ? 1 : pairs;
        for (int h = 0; h < heads; h++) {
            int head = offset + h * headWidth;
            for (int i = 0; i < pairs; i++) {
                int first = head + i * step;
                double x = token[first];
                double y = token[first + apart];
                token[first] = (float) (x * cos[i] - y * sin[i]);
                token[first + apart] = (float) (x * sin[i] + y * cos[i]);
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof RotaryEmbedding embedding
                        && interleaved == embedding.interleaved
                        && angles.equals(embedding.angles);
    }

    @Override
    public int hashCode() {
        return Objects.hash(angles, interleaved);
    }

    /**
     * The text of the embedding, which {@code foco.kernels.text.SpecText} reads back as an equal one.
     *
     * @return empty if it has none: cosines and sines that were given, a scaling of a program, or one that
     *     {@link #forLength} made for a sequence
     */
    public Optional<String> text() {
        return angles.text().map(text -> "rotary(%s%s)".formatted(text, interleaved ? ", interleaved" : ""));
    }

    @Override
    public String toString() {
        return "rotary(%s%s)".formatted(angles, interleaved ? ", interleaved" : "");
    }

    /** @throws IllegalArgumentException if a head of so many elements has none to turn */
    public void requireHeadWidth(int headWidth) {
        RotaryNumbers.require(
                width() <= headWidth,
                "A rotary width of %d does not fit heads of width %d; it must be at most as wide.",
                width(),
                headWidth);
    }
}
