package foco.models;

import java.util.Map;

/**
 * The angle by which each pair of elements turns from one position to the next, from the papers of the scalings that
 * configurations name.
 *
 * @param radians for each pair
 * @param magnitude what cosines and sines are multiplied by
 */
record RotaryReference(double magnitude, double... radians) {

    /**
     * @param scaling as {@code rope_scaling} has it; {@code rope_type} is {@code default} where there is none
     * @param trained {@code max_position_embeddings}
     * @param length of the sequence
     */
    static RotaryReference of(int width, double base, Map<String, Object> scaling, int trained, int length) {
        double[] plain = Float64.radians(width, base);
        double factor = number(scaling, "factor", 1);
        double original = number(scaling, "original_max_position_embeddings", trained);
        return switch ((String) scaling.getOrDefault("rope_type", scaling.getOrDefault("type", "default"))) {
            case "default" -> new RotaryReference(1, plain);
            case "linear" -> new RotaryReference(1, divided(plain, factor));
            case "dynamic" ->
                new RotaryReference(1, Float64.radians(width, dynamic(width, base, factor, trained, length)));
            case "llama3" -> new RotaryReference(1, llama3(plain, scaling, factor, original));
            case "yarn" ->
                new RotaryReference(
                        number(scaling, "attention_factor", 0.1 * Math.log(factor) + 1),
                        yarn(plain, base, scaling, factor, original));
            default -> throw new IllegalArgumentException(scaling.toString());
        };
    }

    double[][] rotate(double[][] x) {
        return Float64.rotate(x, magnitude, radians);
    }

    private static double number(Map<String, Object> scaling, String key, double otherwise) {
        return ((Number) scaling.getOrDefault(key, otherwise)).doubleValue();
    }

    private static double[] divided(double[] radians, double factor) {
        double[] all = radians.clone();
        for (int i = 0; i < all.length; i++) {
            all[i] /= factor;
        }
        return all;
    }

    /** The base grows so that the slowest pair turns as far over the longer sequence as over the trained length. */
    private static double dynamic(int width, double base, double factor, int trained, int length) {
        double longer = Math.max(length, trained);
        return base * Math.pow(factor * longer / trained - (factor - 1), width / (width - 2.0));
    }

    /** By wavelength: long ones are stretched, short ones kept, and those between are mixed. */
    private static double[] llama3(double[] plain, Map<String, Object> scaling, double factor, double original) {
        double low = number(scaling, "low_freq_factor", 1);
        double high = number(scaling, "high_freq_factor", 4);
        double[] all = plain.clone();
        for (int i = 0; i < all.length; i++) {
            double wavelength = 2 * Math.PI / plain[i];
            if (wavelength > original / low) {
                all[i] = plain[i] / factor;
            } else if (wavelength > original / high) {
                double smooth = (original / wavelength - low) / (high - low);
                all[i] = (1 - smooth) * plain[i] / factor + smooth * plain[i];
            }
        }
        return all;
    }

    /** By the turns over the trained length: the ramp runs over whole pairs, as in the authors' code. */
    private static double[] yarn(
            double[] plain, double base, Map<String, Object> scaling, double factor, double original) {
        int width = 2 * plain.length;
        double low = Math.max(0, Math.floor(pair(width, base, original, number(scaling, "beta_fast", 32))));
        double high = Math.min(width - 1, Math.ceil(pair(width, base, original, number(scaling, "beta_slow", 1))));
        double[] all = plain.clone();
        for (int i = 0; i < all.length; i++) {
            double ramp = Math.max(0, Math.min(1, (i - low) / (high - low)));
            all[i] = plain[i] / factor * ramp + plain[i] * (1 - ramp);
        }
        return all;
    }

    /** Of which pair, as a real number, {@code original * base^(-2 i / width) = 2 pi turns}. */
    private static double pair(int width, double base, double original, double turns) {
        return Math.log(original / (2 * Math.PI * turns)) / Math.log(base) * width / 2;
    }
}
