package foco.driver.model;

import foco.driver.block.InvalidInputException;
import foco.driver.file.Safetensors;
import foco.driver.file.TensorFlowGraph;
import foco.driver.file.TensorFlowVariables;
import foco.driver.text.WordPieceVocabulary;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder that holds a model: as Hugging Face has it, or as TensorFlow saves a BERT encoder. */
final class ModelFolder {

    static final String CONFIG = "config.json";
    static final String TOKENIZER = "tokenizer.json";
    private static final String VOCABULARY = "vocab.txt";
    /** Where TensorFlow's SavedModel has further files. */
    private static final String ASSETS = "assets/";

    private static final String VARIABLES = "variables/";
    private static final String TENSORFLOW_CONFIG = "bert_config.json";
    private static final String GRAPH = "saved_model.pb";

    private final String name;
    private final FileSystem files;
    private final Path folder;
    private final Configuration hadoop;

    /** @param name as it was given */
    ModelFolder(String name, FileSystem files, Path folder, Configuration hadoop) {
        this.name = name;
        this.files = files;
        this.folder = folder;
        this.hadoop = hadoop;
    }

    /** @throws InvalidInputException if it holds none that Foco computes */
    PretrainedModel open() throws IOException {
        Optional<String> index = isHuggingFace() ? Optional.empty() : variables();
        if (index.isPresent()) {
            TensorFlowModel source = new TensorFlowModel(TensorFlowVariables.open(index.get(), hadoop));
            return PretrainedModel.of(name, Families.of(config(source)), source, tokenizer());
        }
        ModelConfig config = ModelConfig.parse(content(files, new Path(folder, CONFIG)), name + "/" + CONFIG);
        return PretrainedModel.of(
                name, Families.of(config), new SafetensorsModel(name, Safetensors.open(name, hadoop)), tokenizer());
    }

    private boolean isHuggingFace() throws IOException {
        return has("model.safetensors") || has("model.safetensors.index.json");
    }

    private boolean has(String file) throws IOException {
        return files.exists(new Path(folder, file));
    }

    /** The index of TensorFlow's variables: that of a SavedModel, or of the only checkpoint. */
    private Optional<String> variables() throws IOException {
        List<String> found = new ArrayList<>();
        for (String place : List.of(VARIABLES, "")) {
            if (place.isEmpty() || has(place)) {
                for (FileStatus file : files.listStatus(place.isEmpty() ? folder : new Path(folder, place))) {
                    if (file.getPath().getName().endsWith(TensorFlowVariables.INDEX)) {
                        found.add(place + file.getPath().getName());
                    }
                }
            }
        }
        if (found.size() > 1) {
            throw new InvalidInputException("%s holds several checkpoints, %s among them; leave one there"
                    .formatted(name, String.join(" and ", found.subList(0, 2))));
        }
        return found.stream().map(file -> name + "/" + file).findFirst();
    }

    /** The configuration of a BERT in TensorFlow's form, whose files do not name the family. */
    private ModelConfig config(TensorFlowModel source) throws IOException {
        for (String file : List.of(TENSORFLOW_CONFIG, CONFIG)) {
            if (has(file)) {
                return ModelConfig.parse(content(files, new Path(folder, file)), name + "/" + file)
                        .withDefault("model_type", "bert");
            }
        }
        if (!has(GRAPH)) {
            throw new InvalidInputException("%s has neither %s nor %s; put the file there that came with the variables"
                    .formatted(name, TENSORFLOW_CONFIG, GRAPH));
        }
        try (InputStream in = new BufferedInputStream(files.open(new Path(folder, GRAPH)))) {
            return source.config(TensorFlowGraph.read(in, name + "/" + GRAPH));
        }
    }

    /** A tokenizer of its own, or one by BERT's rules with the vocabulary. */
    private byte[] tokenizer() throws IOException {
        if (!has(TOKENIZER)) {
            for (String file : List.of(VOCABULARY, ASSETS + VOCABULARY)) {
                if (has(file)) {
                    return new WordPieceVocabulary(content(files, new Path(folder, file)), name + "/" + file)
                            .tokenizerJson(lowerCase());
                }
            }
        }
        return content(files, new Path(folder, TOKENIZER));
    }

    /** What files beside a vocabulary say of the case of letters, if they do. */
    private Optional<Boolean> lowerCase() throws IOException {
        Optional<Boolean> said = flag("tokenizer_config.json", "do_lower_case");
        return said.isPresent() ? said : flag(ASSETS + "model.json", "doLowerCase");
    }

    private Optional<Boolean> flag(String file, String key) throws IOException {
        if (!has(file)) {
            return Optional.empty();
        }
        ModelConfig config = ModelConfig.parse(content(files, new Path(folder, file)), name + "/" + file);
        return config.has(key) ? Optional.of(config.flag(key, false)) : Optional.empty();
    }

    static byte[] content(FileSystem files, Path path) throws IOException {
        try (InputStream in = files.open(path)) {
            return in.readAllBytes();
        } catch (FileNotFoundException e) {
            throw new InvalidInputException(
                    "The model has no %s; put it there as the model's authors give it".formatted(path));
        }
    }
}
