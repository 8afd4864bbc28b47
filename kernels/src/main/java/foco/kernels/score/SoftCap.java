package foco.kernels.score;

import java.util.Optional;

/**
 * {@code cap * tanh(score / cap)}, as in Bello et al., "Neural Combinatorial Optimization" (2017), and Gemma 2 (2024).
 *
 * @param cap above 0
 */
public record SoftCap(double cap) implements ScoreModifier {

    /** @throws IllegalArgumentException if the cap is not a number that scores can be divided by */
    public SoftCap {
        if (!(cap >= 1e-6 && cap <= 1e30)) {
            throw new IllegalArgumentException("A soft cap must lie in 1e-6 to 1e30, and is " + cap + ".");
        }
    }

    @Override
    public double apply(double score, int head, long query, long key) {
        return cap * StrictMath.tanh(score / cap);
    }

    @Override
    public ScoreModifier shifted(long positions) {
        return this;
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "soft cap(%s)".formatted(cap);
    }
}
