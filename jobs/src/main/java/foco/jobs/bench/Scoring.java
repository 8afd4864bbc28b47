package foco.jobs.bench;

import foco.kernels.AttentionSpec;
import foco.kernels.score.ScoreModifier;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** What is timed between scale and softmax. */
public enum Scoring {
    PLAIN(spec -> spec),
    /** Gemma 2's. */
    SOFTCAP(spec -> spec.withScores(ScoreModifier.softCap(50))),
    /** BLOOM's and MPT's. */
    ALIBI(spec -> spec.withScores(ScoreModifier.alibi(spec.heads()))),
    /** T5's encoder's. */
    T5(spec -> spec.withScores(ScoreModifier.relativeBias(table(spec.heads()), true, 128, 0))),
    /** gpt-oss's. */
    SINKS(spec -> spec.withSinks(new float[spec.heads()])),
    /** What a program may give: a function that is asked score by score. */
    FUNCTION(spec -> spec.withScores((score, head, query, key) -> score - 0.01 * Math.abs(query - key)));

    private final UnaryOperator<AttentionSpec> change;

    Scoring(UnaryOperator<AttentionSpec> change) {
        this.change = change;
    }

    AttentionSpec of(AttentionSpec plain) {
        return change.apply(plain);
    }

    private static float[][] table(int heads) {
        float[][] table = new float[32][];
        for (int b = 0; b < table.length; b++) {
            table[b] = RandomRows.of(b, heads);
        }
        return table;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
