package foco.driver.model;

import foco.driver.block.InvalidInputException;
import foco.driver.layer.RowKernel;
import foco.driver.text.TokenizedText;
import foco.driver.text.Tokenizer;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The words that a masked language model finds for the masked tokens of a short text: what BERT and its kin were trained to do.
 * Several masked tokens are found each for itself, with the others masked. It needs no Spark.
 */
public final class MaskedWords {

    /** How families spell the token that stands for a masked one. */
    private static final List<String> MASKS = List.of("[MASK]", "<mask>");

    private final PretrainedModel model;
    private final String mask;
    private final String[] pieces;
    private final Linear dense;
    private final Norm norm;
    private final float[] table;
    private final float[] bias;

    /**
     * A word that may stand in a place.
     *
     * @param piece as the vocabulary spells it
     * @param id its row in the vocabulary
     * @param probability from 0 to 1
     */
    public record Guess(String piece, int id, double probability) {}

    private MaskedWords(PretrainedModel model, MaskedWordHead head, ModelWeights weights, String table)
            throws IOException {
        this.model = model;
        try (Tokenizer tokenizer = model.tokenizer()) {
            this.pieces = tokenizer.pieces();
        }
        this.mask = Arrays.stream(pieces)
                .filter(MASKS::contains)
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "The tokenizer of %s has no token %s; take the one that came with the weights"
                                .formatted(model.name(), String.join(" or ", MASKS))));
        this.dense = weights.linear(head.dense()).activated(head.activation());
        this.norm = weights.layerNorm(head.norm(), head.epsilon());
        this.bias = weights.tensor(head.bias());
        this.table = weights.tensor(table);
    }

    /**
     * Reads the head of a model.
     *
     * @throws InvalidInputException if the model's family has no such head, its files lack it, or its tokenizer has no mask
     */
    public static MaskedWords of(PretrainedModel model) throws IOException {
        Transformer transformer = model.transformer();
        TransformerShape shape = transformer.shape();
        MaskedWordHead head = transformer
                .maskedWordHead()
                .orElseThrow(() -> new InvalidInputException(
                        "%s is %s, which Foco knows no head of that finds masked words; take a BERT, RoBERTa or DistilBERT"
                                .formatted(model.name(), shape.family())));
        TensorList tensors = head.tensors(shape);
        for (String name : tensors.shapes().keySet()) {
            if (!model.weights().has(name, transformer.prefixes())) {
                throw new InvalidInputException(
                        "%s holds no head that finds masked words (there is no tensor %s); take the model as it was pre-trained"
                                .formatted(model.name(), name));
            }
        }
        String table = head.table();
        if (model.weights().has(head.ownTable(), transformer.prefixes())) {
            table = head.ownTable();
            tensors.tensor(table, shape.vocabulary(), shape.width());
        }
        return new MaskedWords(model, head, model.weights().with(tensors, transformer.prefixes()), table);
    }

    /** The token that stands for a masked one, as a text has it: {@code [MASK]} or {@code <mask>}. */
    public String mask() {
        return mask;
    }

    /**
     * The words for each masked token, the most probable first.
     *
     * @param text as {@link Tokenizer#whole} gives it
     * @param most how many words of each
     * @return by the positions of the masked tokens; empty if there are none
     * @throws IllegalArgumentException if the text has more tokens than the model has learned places
     */
    public Map<Integer, List<Guess>> find(TokenizedText text, int most) {
        float[] hidden = ShortPass.last(model, text);
        int width = model.transformer().shape().width();
        Map<Integer, List<Guess>> found = new TreeMap<>();
        for (int position = 0; position < text.tokens().size(); position++) {
            if (text.tokens().get(position).piece().equals(mask)) {
                found.put(position, best(Arrays.copyOfRange(hidden, position * width, (position + 1) * width), most));
            }
        }
        return found;
    }

    private List<Guess> best(float[] hidden, int most) {
        double[] scores = scores(hidden);
        double largest = Arrays.stream(scores).max().orElseThrow();
        double sum =
                Arrays.stream(scores).map(score -> Math.exp(score - largest)).sum();
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -scores[id]))
                .limit(most)
                .map(id -> new Guess(id < pieces.length ? pieces[id] : "", id, Math.exp(scores[id] - largest) / sum))
                .toList();
    }

    /** Of a masked token's last hidden state, for each word of the vocabulary. */
    private double[] scores(float[] hidden) {
        RowKernel kernel = new RowKernel();
        float[] y = kernel.normalize(norm, kernel.linear(dense, hidden, 1));
        double[] scores = new double[bias.length];
        for (int word = 0; word < scores.length; word++) {
            double score = bias[word];
            for (int e = 0; e < y.length; e++) {
                score += (double) y[e] * table[word * y.length + e];
            }
            scores[word] = score;
        }
        return scores;
    }
}
