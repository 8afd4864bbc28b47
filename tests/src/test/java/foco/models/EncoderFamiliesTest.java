package foco.models;

import foco.driver.file.SafetensorsWriter.Type;
import foco.driver.model.PretrainedModel;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.models.EncoderReference.Bias;
import foco.models.EncoderReference.LayerNames;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Families of encoders of which no weights are here: random ones in the family's own form, against float64. */
@SparkTest
class EncoderFamiliesTest {

    /** float32 over two layers, relative to the largest number. */
    private static final double TOLERANCE = 1e-5;

    private static final int VOCABULARY = 30_522;
    private static final int WIDTH = 32;
    private static final int HEADS = 4;
    private static final int LAYERS = 2;
    private static final int INNER = 48;
    private static final double EPSILON = 1e-5;

    /** More than 128 tokens, from where on MPNet's distances share a bucket. */
    private static final String TEXT = "The bank was dirty, so I went to the bank. ".repeat(15);

    private static final Bias NONE = (head, query, key) -> 0;

    private static byte[] tokenizer;

    @BeforeAll
    static void readTokenizer() throws IOException {
        tokenizer = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false))
                .tokenizerJson();
    }

    @Test
    void robertaIsItsPapers(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config("roberta", 514, "pad_token_id", 1, "type_vocab_size", 1);
        Shapes shapes = new Shapes("roberta.").embeddings(514).table("embeddings.token_type_embeddings", 1);
        for (int l = 0; l < LAYERS; l++) {
            shapes.layer(SmallBert.names(l));
        }
        check(
                spark,
                folder,
                config,
                shapes,
                2,
                "roberta.embeddings.token_type_embeddings",
                SmallBert.names(-1),
                Optional.of(NONE));
    }

    @Test
    void distilBertIsItsPapers(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = Map.of(
                "model_type", "distilbert",
                "vocab_size", VOCABULARY,
                "max_position_embeddings", 512,
                "dim", WIDTH,
                "n_layers", LAYERS,
                "n_heads", HEADS,
                "hidden_dim", INNER,
                "activation", "gelu");
        Shapes shapes = new Shapes("distilbert.").embeddings(512);
        for (int l = 0; l < LAYERS; l++) {
            shapes.layer(distilNames(l));
        }
        check(spark, folder, config, shapes, 0, "", distilNames(-1), Optional.of(NONE));
    }

    @Test
    void mpNetIsItsPapersWithScoresBiasedByDistance(SparkSession spark, @TempDir Path folder) throws IOException {
        Map<String, Object> config = config("mpnet", 514, "relative_attention_num_buckets", 32);
        Shapes shapes = new Shapes("mpnet.").embeddings(514);
        shapes.all.put("mpnet.encoder.relative_attention_bias.weight", List.of(32L, (long) HEADS));
        for (int l = 0; l < LAYERS; l++) {
            shapes.layer(mpNames(l));
        }
        check(spark, folder, config, shapes, 2, "", mpNames(-1), Optional.empty());
    }

    private static Map<String, Object> config(String type, int positions, Object... others) {
        Map<String, Object> config = new HashMap<>(Map.of(
                "model_type", type,
                "vocab_size", VOCABULARY,
                "max_position_embeddings", positions,
                "hidden_size", WIDTH,
                "num_hidden_layers", LAYERS,
                "num_attention_heads", HEADS,
                "intermediate_size", INNER,
                "hidden_act", "gelu",
                "layer_norm_eps", EPSILON));
        for (int i = 0; i < others.length; i += 2) {
            config.put((String) others[i], others[i + 1]);
        }
        return config;
    }

    /** @param names those of layer -1, whose number is to be replaced */
    private static void check(
            SparkSession spark,
            Path folder,
            Map<String, Object> config,
            Shapes shapes,
            int firstPosition,
            String types,
            LayerNames names,
            Optional<Bias> own)
            throws IOException {
        Map<String, float[]> weights = EncoderReference.random(shapes.all, 11);
        HuggingFaceFolder written = new HuggingFaceFolder(folder)
                .config(config)
                .tokenizer(tokenizer)
                .weights(shapes.all, 1, Type.F32, weights::get);
        PretrainedModel model = PretrainedModel.open(written.name(), new Configuration(false));
        List<TokenSequence> sequences = Encoded.sequences(model, PositionMode.REFUSE, List.of(TEXT, "One."));
        float[][] actual = Encoded.last(spark.sparkContext(), model, sequences, Map.of());
        double epsilon = config.containsKey("layer_norm_eps") ? EPSILON : 1e-12;
        EncoderReference reference = new EncoderReference(weights::get, WIDTH, HEADS, epsilon);
        String at = shapes.prefix + "embeddings.";
        Bias bias = own.isEmpty() ? mpNetBias(weights.get("mpnet.encoder.relative_attention_bias.weight")) : own.get();
        for (int s = 0; s < actual.length; s++) {
            double[][] x = reference.embed(
                    sequences.get(s).ids(),
                    firstPosition,
                    at + "word_embeddings",
                    at + "position_embeddings",
                    types,
                    at + "LayerNorm");
            for (int l = 0; l < LAYERS; l++) {
                x = reference.layer(x, in(shapes.prefix, names, l), bias);
            }
            float[] expected = new float[actual[s].length];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = (float) x[i / WIDTH][i % WIDTH];
            }
            Encoded.assertClose(TOLERANCE, "text " + s, expected, actual[s]);
        }
    }

    /**
     * Song et al. take over T5's buckets (Raffel et al., 2020): 8 for near distances and 8 for far ones, to either side; keys
     * after the query come second.
     */
    private static Bias mpNetBias(float... table) {
        return (head, query, key) -> {
            int distance = Math.abs(query - key);
            int bucket =
                    distance < 8 ? distance : Math.min(15, 8 + (int) (Math.log(distance / 8.0) / Math.log(16) * 8));
            return table[(bucket + (key > query ? 16 : 0)) * HEADS + head];
        };
    }

    private static LayerNames in(String prefix, LayerNames names, int layer) {
        String number = ".%d.".formatted(layer);
        return new LayerNames(
                prefix + names.query().replace(".-1.", number),
                prefix + names.key().replace(".-1.", number),
                prefix + names.value().replace(".-1.", number),
                prefix + names.output().replace(".-1.", number),
                prefix + names.attentionNorm().replace(".-1.", number),
                prefix + names.inner().replace(".-1.", number),
                prefix + names.outer().replace(".-1.", number),
                prefix + names.outputNorm().replace(".-1.", number));
    }

    private static LayerNames distilNames(int layer) {
        String at = "transformer.layer.%d.".formatted(layer);
        return new LayerNames(
                at + "attention.q_lin",
                at + "attention.k_lin",
                at + "attention.v_lin",
                at + "attention.out_lin",
                at + "sa_layer_norm",
                at + "ffn.lin1",
                at + "ffn.lin2",
                at + "output_layer_norm");
    }

    private static LayerNames mpNames(int layer) {
        String at = "encoder.layer.%d.".formatted(layer);
        return new LayerNames(
                at + "attention.attn.q",
                at + "attention.attn.k",
                at + "attention.attn.v",
                at + "attention.attn.o",
                at + "attention.LayerNorm",
                at + "intermediate.dense",
                at + "output.dense",
                at + "output.LayerNorm");
    }

    /** The shapes of a checkpoint, as the family's own code makes them. */
    private static final class Shapes {

        private final String prefix;
        private final Map<String, List<Long>> all = new LinkedHashMap<>();

        Shapes(String prefix) {
            this.prefix = prefix;
        }

        Shapes embeddings(int positions) {
            return table("embeddings.word_embeddings", VOCABULARY)
                    .table("embeddings.position_embeddings", positions)
                    .norm("embeddings.LayerNorm");
        }

        Shapes table(String name, long rows) {
            all.put(prefix + name + ".weight", List.of(rows, (long) WIDTH));
            return this;
        }

        Shapes norm(String name) {
            all.put(prefix + name + ".weight", List.of((long) WIDTH));
            all.put(prefix + name + ".bias", List.of((long) WIDTH));
            return this;
        }

        private void linear(String name, long inputs, long outputs) {
            all.put(prefix + name + ".weight", List.of(outputs, inputs));
            all.put(prefix + name + ".bias", List.of(outputs));
        }

        void layer(LayerNames names) {
            for (String name : List.of(names.query(), names.key(), names.value(), names.output())) {
                linear(name, WIDTH, WIDTH);
            }
            norm(names.attentionNorm());
            linear(names.inner(), WIDTH, INNER);
            linear(names.outer(), INNER, WIDTH);
            norm(names.outputNorm());
        }
    }
}
