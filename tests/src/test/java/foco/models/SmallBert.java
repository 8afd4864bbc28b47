package foco.models;

import foco.driver.file.SafetensorsWriter.Type;
import foco.driver.model.PretrainedModel;
import foco.models.EncoderReference.LayerNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** A small BERT with the head of its masked language model, of random weights under PyTorch's names. */
public final class SmallBert {

    static final int WIDTH = 32;
    static final int HEADS = 4;
    static final int LAYERS = 2;
    static final int INNER = 48;
    static final int PLACES = 64;

    private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
    private final Map<String, float[]> weights;

    SmallBert(int vocabulary, long seed) {
        table("word", vocabulary);
        table("position", PLACES);
        table("token_type", 2);
        norm("embeddings.LayerNorm");
        for (int l = 0; l < LAYERS; l++) {
            LayerNames names = names(l);
            for (String name : List.of(names.query(), names.key(), names.value(), names.output())) {
                linear(name, WIDTH, WIDTH);
            }
            norm(names.attentionNorm());
            linear(names.inner(), WIDTH, INNER);
            linear(names.outer(), INNER, WIDTH);
            norm(names.outputNorm());
        }
        linear("cls.predictions.transform.dense", WIDTH, WIDTH);
        norm("cls.predictions.transform.LayerNorm");
        shapes.put("cls.predictions.bias", List.of((long) vocabulary));
        weights = EncoderReference.random(shapes, seed);
    }

    private void table(String name, long rows) {
        shapes.put("embeddings.%s_embeddings.weight".formatted(name), List.of(rows, (long) WIDTH));
    }

    private void norm(String name) {
        shapes.put(name + ".weight", List.of((long) WIDTH));
        shapes.put(name + ".bias", List.of((long) WIDTH));
    }

    private void linear(String name, long inputs, long outputs) {
        shapes.put(name + ".weight", List.of(outputs, inputs));
        shapes.put(name + ".bias", List.of(outputs));
    }

    static LayerNames names(int layer) {
        String at = "encoder.layer.%d.".formatted(layer);
        return new LayerNames(
                at + "attention.self.query",
                at + "attention.self.key",
                at + "attention.self.value",
                at + "attention.output.dense",
                at + "attention.output.LayerNorm",
                at + "intermediate.dense",
                at + "output.dense",
                at + "output.LayerNorm");
    }

    /** Writes one into a folder as Hugging Face has it, with MiniLM's tokenizer. */
    public static void write(Path folder) throws IOException {
        PretrainedModel minilm = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
        int vocabulary = minilm.transformer().shape().vocabulary();
        SmallBert bert = new SmallBert(vocabulary, 5);
        new HuggingFaceFolder(folder)
                .config(config(vocabulary))
                .tokenizer(minilm.tokenizerJson())
                .weights(bert.shapes, 1, Type.F32, bert::weights);
    }

    Map<String, List<Long>> shapes() {
        return shapes;
    }

    float[] weights(String name) {
        return weights.get(name);
    }

    /** What its {@code config.json} says. */
    static Map<String, Object> config(int vocabulary) {
        return Map.of(
                "model_type", "bert",
                "vocab_size", vocabulary,
                "max_position_embeddings", PLACES,
                "hidden_size", WIDTH,
                "num_hidden_layers", LAYERS,
                "num_attention_heads", HEADS,
                "intermediate_size", INNER,
                "hidden_act", "gelu");
    }

    /**
     * The last hidden states of tokens, in float64, by BERT's paper.
     *
     * @param firstPlace the row of place 0
     * @param types whether tokens have types
     */
    double[][] hidden(int firstPlace, boolean types, int... ids) {
        EncoderReference reference = new EncoderReference(weights::get, WIDTH, HEADS, 1e-12);
        double[][] x = reference.embed(
                ids,
                firstPlace,
                "embeddings.word_embeddings",
                "embeddings.position_embeddings",
                types ? "embeddings.token_type_embeddings" : "",
                "embeddings.LayerNorm");
        for (int l = 0; l < LAYERS; l++) {
            x = reference.layer(x, names(l), (head, query, key) -> 0);
        }
        return x;
    }

    /** The probability of each word in the place of a token, likewise. */
    double[] words(double... hidden) {
        double[][] y = Float64.linear(
                new double[][] {hidden},
                weights.get("cls.predictions.transform.dense.weight"),
                weights.get("cls.predictions.transform.dense.bias"));
        y = Float64.layerNorm(
                Float64.map(y, Float64::gelu),
                1e-12,
                weights.get("cls.predictions.transform.LayerNorm.weight"),
                weights.get("cls.predictions.transform.LayerNorm.bias"));
        double[] scores = Float64.linear(
                y, weights.get("embeddings.word_embeddings.weight"), weights.get("cls.predictions.bias"))[0];
        double sum = 0;
        for (double score : scores) {
            sum += Math.exp(score);
        }
        for (int w = 0; w < scores.length; w++) {
            scores[w] = Math.exp(scores[w]) / sum;
        }
        return scores;
    }
}
