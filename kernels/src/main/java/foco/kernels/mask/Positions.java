package foco.kernels.mask;

/** The numbers that masks reckon with: small enough that a few of them added up never overflow. */
final class Positions {

    private static final long LIMIT = 1L << 60;

    /** So many numbers a text may hold. */
    static final int LONGEST_TEXT = 1 << 16;

    private Positions() {}

    /** @throws IllegalArgumentException if {@code offset} is none that a sequence can have */
    static void requireOffset(String mask, long offset) {
        if (offset > LIMIT || offset < -LIMIT) {
            throw new IllegalArgumentException(
                    "%s's query offset must lie within +-2^60, and is %d.".formatted(mask, offset));
        }
    }

    /** @throws IllegalArgumentException if {@code value} lies below {@code least}, or beyond any sequence */
    static void require(String what, long value, long least) {
        if (value < least || value > LIMIT) {
            throw new IllegalArgumentException("%s must be %d or more%s, and is %d."
                    .formatted(what, least, value > LIMIT ? ", and at most 2^60" : "", value));
        }
    }

    /** How a mask's name tells of its offset. */
    static String suffix(long queryOffset) {
        return queryOffset == 0 ? "" : ", query offset " + queryOffset;
    }
}
