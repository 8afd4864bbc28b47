package foco.driver.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.dense.Embedding;
import foco.kernels.dense.Norm;

/**
 * A word's row plus its place's row, then a norm (Devlin et al., <i>BERT</i>, 2019, section 3), which GPT-2 does without.
 *
 * <p>Places are learned, one row each, and end where the table ends. For a longer text the caller says from where each
 * token's place counts, or stretches the table: a place between two rows takes the values between them.
 *
 * @param words a row for each word of the vocabulary
 * @param positions a row for each place, with what every token is given added to it, such as its type's row
 */
@DefaultSerializer(JavaSerializer.class)
public record LearnedEmbedding(Embedding words, Embedding positions, NormStep norm) implements TokenEmbedding {

    /** @throws IllegalArgumentException if the widths differ */
    public LearnedEmbedding {
        if (words.width() != positions.width()) {
            throw new IllegalArgumentException("Words are %d wide and positions %d; they must be as wide."
                    .formatted(words.width(), positions.width()));
        }
        if (norm instanceof NormStep.Of step && step.norm().width() != words.width()) {
            throw new IllegalArgumentException("Words are %d wide and the norm %d; they must be as wide."
                    .formatted(words.width(), step.norm().width()));
        }
    }

    /** With a norm. */
    public LearnedEmbedding(Embedding words, Embedding positions, Norm norm) {
        this(words, positions, NormStep.of(norm));
    }

    @Override
    public int width() {
        return words.width();
    }

    @Override
    public float[] embed(RowKernel kernel, int[] ids, float[] places) {
        if (ids.length != places.length) {
            throw new IllegalArgumentException("%d ids but %d places".formatted(ids.length, places.length));
        }
        float[] embedded = new float[Math.multiplyExact(ids.length, width())];
        for (int token = 0; token < ids.length; token++) {
            lookUp(places[token], embedded, token * width());
        }
        words.add(ids, embedded, 0);
        return norm.applyInPlace(kernel, embedded);
    }

    private void lookUp(float place, float[] into, int at) {
        int below = (int) Math.floor(place);
        positions.look(new int[] {below}, into, at);
        float part = place - below;
        if (part > 0) {
            float[] above = new float[width()];
            positions.look(new int[] {below + 1}, above, 0);
            for (int i = 0; i < above.length; i++) {
                into[at + i] += part * (above[i] - into[at + i]);
            }
        }
    }
}
