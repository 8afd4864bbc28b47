package foco.bench;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Attention to be compared: float32, values as wide as keys, as many key heads as query heads. */
record Shape(int queries, int keys, int width, boolean causal) {
    static final int HEADS = 8;

    private static final Pattern NAME = Pattern.compile("(\\d+)x(\\d+) d=(\\d+) (dense|causal)");

    /** Of a {@link #name}: JMH's parameters are strings. */
    static Shape named(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException("\"%s\" is no shape; write \"8192x8192 d=64 causal\".".formatted(name));
        }
        int[] numbers = new int[] {1, 2, 3};
        Arrays.setAll(numbers, i -> Integer.parseInt(parts.group(i + 1)));
        return new Shape(numbers[0], numbers[1], numbers[2], parts.group(4).equals("causal"));
    }

    /** "8192x8192 d=64 causal": queries, keys, width of a head, mask. */
    String name() {
        return "%dx%d d=%d %s".formatted(queries, keys, width, causal ? "causal" : "dense");
    }

    AttentionSpec spec() {
        AttentionSpec spec = AttentionSpec.of(HEADS, width);
        return causal ? spec.withMask(Mask.causal()) : spec;
    }

    /** The elements of a row over all heads. */
    int rowWidth() {
        return HEADS * width;
    }

    /** 4 x queries x keys x width x heads, and half of it under a causal mask. */
    double operations() {
        return (causal ? 2.0 : 4.0) * queries * keys * width * HEADS;
    }
}
