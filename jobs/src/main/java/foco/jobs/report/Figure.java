package foco.jobs.report;

/**
 * A number to two significant figures, which is what the page shows, as a code of 12 bits. Codes are ordered as the numbers
 * are, 0 stands for 0 (and for what is below 1e-12), and {@code 1 + 90 (e + 12) + (m - 10)} for {@code m} tenths of {@code
 * 10^e} with {@code m} from 10 to 99.
 */
public final class Figure {
    /** The code of no number: of what was not computed, or does not exist. */
    public static final int NONE = 0xffff;

    private static final int LEAST = -12;
    private static final int MOST = 15;
    private static final int MANTISSAS = 90;
    private static final double[] POWERS = powers();

    private Figure() {}

    private static double[] powers() {
        double[] powers = new double[MOST - LEAST + 4];
        for (int i = 0; i < powers.length; i++) {
            powers[i] = Double.parseDouble("1e" + (i + LEAST - 1));
        }
        return powers;
    }

    private static double power(int exponent) {
        return POWERS[exponent - LEAST + 1];
    }

    /**
     * The code of a number of 0 or more.
     *
     * @throws IllegalArgumentException if it is negative, not a number, or 1e16 or more
     */
    public static int code(double value) {
        if (!(value >= 0) || value >= power(MOST + 1)) {
            throw new IllegalArgumentException("a figure is from 0 to below 1e16, and this is " + value);
        }
        if (value < power(LEAST)) {
            return 0;
        }
        int exponent = Math.max(LEAST, (int) Math.floor(Math.log10(value)));
        if (value < power(exponent)) { // log10 rounds
            exponent--;
        } else if (value >= power(exponent + 1)) {
            exponent++;
        }
        long mantissa = Math.round(value * 10 / power(exponent));
        if (mantissa == 100) {
            mantissa = 10;
            exponent++;
        }
        return 1 + MANTISSAS * (exponent - LEAST) + (int) mantissa - 10;
    }

    /** The number that a code stands for. */
    public static double value(int code) {
        if (code == 0) {
            return 0;
        }
        int exponent = (code - 1) / MANTISSAS + LEAST;
        return ((code - 1) % MANTISSAS + 10) * power(exponent) / 10;
    }
}
