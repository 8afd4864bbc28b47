package foco.driver.model;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.metrics.JobLabel;
import foco.driver.text.TokenSequence;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the hidden states of a document's tokens become one vector. */
public enum Pooling {
    /** Their mean, the model's marks among them: what sentence encoders such as MiniLM and E5 are trained for. */
    MEAN,

    /** That of the first token, the mark {@code [CLS]}: what BGE is trained for. */
    CLS,

    /** That of the last token: what encoders made of decoders are trained for. */
    LAST;

    /** Its name in options. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The pooling of this name. */
    public static Optional<Pooling> of(String name) {
        return Arrays.stream(values())
                .filter(pooling -> pooling.toString().equals(name))
                .findFirst();
    }

    /** What a block gives to its document's vector. */
    @DefaultSerializer(JavaSerializer.class)
    private record Part(int sequence, long firstPosition, int rows, double[] sum) implements Serializable {}

    /**
     * The vectors of all documents.
     *
     * @param hidden as a {@link ForwardPass} gives them
     * @param sequences what it was given
     * @param documents how many there are; each has a sequence at least
     * @param normalize whether each vector is divided by its length
     * @return {@code [documents][width]}
     */
    public float[][] vectors(TokenBlocks hidden, List<TokenSequence> sequences, int documents, boolean normalize) {
        int width = hidden.columns().get(0).elements();
        int[] from = new int[sequences.size()];
        int[] to = new int[sequences.size()];
        for (int s = 0; s < from.length; s++) {
            boolean first = s == 0
                    || sequences.get(s - 1).document() != sequences.get(s).document();
            boolean last = s == from.length - 1
                    || sequences.get(s + 1).document() != sequences.get(s).document();
            from[s] = this == LAST
                    ? sequences.get(s).keepTo() - 1
                    : sequences.get(s).keepFrom();
            to[s] = this == CLS ? from[s] + 1 : sequences.get(s).keepTo();
            if (this == CLS && !first || this == LAST && !last) {
                to[s] = from[s];
            }
        }
        double[][] sums = new double[documents][width];
        long[] rows = new long[documents];
        try (JobLabel label = JobLabel.of(hidden.context(), "pooling")) {
            List<Part> parts = hidden.grouped()
                    .map(block -> part(block, from, to, width))
                    .filter(part -> part.rows > 0)
                    .collect();
            // In order, so that sums round alike however the blocks were dealt out.
            parts.stream()
                    .sorted(Comparator.comparingInt(Part::sequence).thenComparingLong(Part::firstPosition))
                    .forEach(part -> {
                        int document = sequences.get(part.sequence).document();
                        rows[document] += part.rows;
                        for (int i = 0; i < width; i++) {
                            sums[document][i] += part.sum[i];
                        }
                    });
        }
        float[][] vectors = new float[documents][];
        for (int d = 0; d < documents; d++) {
            vectors[d] = scaled(sums[d], normalize ? 1 / length(sums[d]) : 1.0 / rows[d]);
        }
        return vectors;
    }

    private static Part part(TokenBlock block, int[] from, int[] to, int width) {
        int sequence = Integer.parseInt(block.sequence());
        int first = (int) Math.max(0, from[sequence] - block.firstPosition());
        int end = (int) Math.min(block.rows(), to[sequence] - block.firstPosition());
        double[] sum = new double[width];
        for (int row = first; row < end; row++) {
            for (int i = 0; i < width; i++) {
                sum[i] += block.columns()[0][row * width + i];
            }
        }
        return new Part(sequence, block.firstPosition(), Math.max(0, end - first), sum);
    }

    private static double length(double[] vector) {
        double square = 0;
        for (double value : vector) {
            square += value * value;
        }
        // A vector of zeros has no direction and stays what it is.
        return square == 0 ? 1 : Math.sqrt(square);
    }

    private static float[] scaled(double[] sum, double by) {
        float[] vector = new float[sum.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (sum[i] * by);
        }
        return vector;
    }
}
