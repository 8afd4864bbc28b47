package foco.models;

import foco.driver.file.SafetensorsWriter.Type;
import foco.driver.model.PretrainedModel;
import foco.driver.text.TokenSequence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/** A small model of some family with random weights, in the family's own form. */
final class RandomCheckpoint {

    /** The words of every such model. */
    static final int VOCABULARY = 97;

    private final Map<String, Object> config;
    private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
    private final Map<String, float[]> values = new HashMap<>();
    private final Random random;
    private final Type type;

    /** @param type what numbers are kept as; all of them are such that it holds them exactly */
    RandomCheckpoint(Map<String, Object> config, Type type, long seed) {
        this.config = config;
        this.type = type;
        this.random = new Random(seed);
    }

    Map<String, Object> config() {
        return config;
    }

    Map<String, float[]> values() {
        return values;
    }

    /** Rows for words or places. */
    RandomCheckpoint table(String name, int rows, int width) {
        return tensor(name, 0, 1, rows, width);
    }

    /** A matrix as PyTorch keeps it, {@code [outputs, inputs]}. */
    RandomCheckpoint matrix(String name, int inputs, int outputs) {
        return tensor(name + ".weight", 0, 1.5 / Math.sqrt(inputs), outputs, inputs);
    }

    /** A matrix and a bias. */
    RandomCheckpoint linear(String name, int inputs, int outputs, boolean bias) {
        matrix(name, inputs, outputs);
        return bias ? vector(name + ".bias", 0, outputs) : this;
    }

    /** A norm's gain. */
    RandomCheckpoint gain(String name, double mean, int width) {
        return vector(name + ".weight", mean, width);
    }

    RandomCheckpoint vector(String name, double mean, int width) {
        return tensor(name, mean, 0.4, width);
    }

    /** Normally distributed numbers. */
    RandomCheckpoint tensor(String name, double mean, double deviation, int... shape) {
        int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = exact((float) (mean + deviation * random.nextGaussian()));
        }
        shapes.put(name, Arrays.stream(shape).asLongStream().boxed().toList());
        values.put(name, numbers);
        return this;
    }

    /** Cuts off the digits that the type does not hold. */
    private float exact(float number) {
        int bits = Float.floatToRawIntBits(number);
        return switch (type) {
            case BF16 -> Float.intBitsToFloat(bits & 0xffff0000);
            case F16 -> Math.abs(number) < 1e-4 ? 0 : Float.intBitsToFloat(bits & 0xffffe000);
            default -> number;
        };
    }

    /** Writes it in so many files, and opens it. */
    PretrainedModel open(Path folder, int shards) throws IOException {
        String words = IntStream.range(0, VOCABULARY)
                .mapToObj("\"w%1$d\": %1$d"::formatted)
                .collect(Collectors.joining(", "));
        String tokenizer = """
                {"version": "1.0", "pre_tokenizer": {"type": "Whitespace"},
                 "model": {"type": "WordLevel", "unk_token": "w0", "vocab": {%s}}}""".formatted(words);
        HuggingFaceFolder written = new HuggingFaceFolder(folder)
                .config(config)
                .tokenizer(tokenizer.getBytes(StandardCharsets.UTF_8))
                .weights(shapes, shards, type, values::get);
        return PretrainedModel.open(written.name(), new Configuration(false));
    }

    /** Documents of random words, of these lengths. */
    static List<TokenSequence> documents(int... lengths) {
        Random random = new Random(lengths.length);
        return IntStream.range(0, lengths.length)
                .mapToObj(document -> document(
                        document, random.ints(lengths[document], 0, VOCABULARY).toArray()))
                .toList();
    }

    private static TokenSequence document(int document, int... ids) {
        float[] places = new float[ids.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = i;
        }
        return new TokenSequence(document, ids, places, new int[ids.length], new int[ids.length], 0, ids.length);
    }
}
