package foco.driver.model;

import foco.driver.layer.TransformerLayer;
import foco.driver.text.Token;
import foco.driver.text.TokenizedText;
import foco.kernels.dense.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A model's layers over a short text, in the thread that asks, without Spark. */
final class ShortPass {

    private ShortPass() {}

    /** @throws IllegalArgumentException if the model has learned fewer places than the text has tokens */
    static void requirePlaces(PretrainedModel model, TokenizedText text) {
        TransformerShape shape = model.transformer().shape();
        int tokens = text.tokens().size();
        if (shape.positions().isPresent() && tokens > shape.positions().getAsInt()) {
            throw new IllegalArgumentException(
                    "The text has %,d tokens, and %s has learned %,d places; take a shorter text."
                            .formatted(tokens, model.name(), shape.positions().getAsInt()));
        }
    }

    /** The hidden states {@code [tokens, width]} that leave so many layers, before any norm that follows the last. */
    static float[] after(int layers, PretrainedModel model, TokenizedText text) {
        boolean[] wanted = new boolean[layers + 1];
        wanted[layers] = true;
        return states(wanted, model, text, new ArrayList<>()).get(0);
    }

    /** The hidden states {@code [tokens, width]} below each layer. */
    static List<float[]> belowEach(PretrainedModel model, TokenizedText text) {
        boolean[] wanted = new boolean[model.transformer().shape().layers()];
        Arrays.fill(wanted, true);
        return states(wanted, model, text, new ArrayList<>());
    }

    /** The last hidden states {@code [tokens, width]}; throws as {@link #requirePlaces} does. */
    static float[] last(PretrainedModel model, TokenizedText text) {
        requirePlaces(model, text);
        Transformer transformer = model.transformer();
        ArrayList<Norm> norm = new ArrayList<>();
        transformer.lastNorm(model.weights()).ifPresent(norm::add);
        boolean[] wanted = new boolean[transformer.shape().layers() + 1];
        wanted[wanted.length - 1] = true;
        return states(wanted, model, text, norm).get(0);
    }

    /** @param wanted whether hidden states are, by the layers that are below them; what is above the last is not computed */
    private static List<float[]> states(
            boolean[] wanted, PretrainedModel model, TokenizedText text, ArrayList<Norm> norm) {
        Transformer transformer = model.transformer();
        List<TransformerLayer> layers = IntStream.range(0, wanted.length - 1)
                .mapToObj(l -> transformer.layer(l, model.weights()))
                .toList();
        int[] ids = text.tokens().stream().mapToInt(Token::id).toArray();
        float[] places = new float[ids.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = i;
        }
        BatchPass.Model parts =
                new BatchPass.Model(transformer.embedding(model.weights()), new ArrayList<>(layers), norm);
        return new BatchPass(parts, wanted).states(List.of(new TokenIds("text", 0, ids, places)), ids.length);
    }
}
