package foco.driver.model;

import foco.driver.block.InvalidInputException;
import foco.kernels.dense.Embedding;
import foco.kernels.dense.LayerNorm;
import foco.kernels.dense.Linear;
import foco.kernels.dense.RmsNorm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A model's tensors under the names that its family gives them, each read when it is asked for. That all are there, in their
 * shapes, is checked before any is read.
 */
public final class ModelWeights {

    private static final int SUGGESTIONS = 3;
    /** How files end the names of what was declared as {@code weight}, and of old norms' {@code bias}. */
    private static final Set<String> WEIGHTS = Set.of("weight", "gamma", "beta");

    private final TensorSource source;
    private final Map<String, String> names;

    private ModelWeights(TensorSource source, Map<String, String> names) {
        this.source = source;
        this.names = names;
    }

    /**
     * Finds the tensors of a model.
     *
     * @param prefixes what may stand before every name, such as {@code bert.} where a head was trained with the model
     * @throws InvalidInputException naming the first tensor that is missing or has another shape
     */
    public static ModelWeights of(TensorSource source, TensorList declared, List<String> prefixes) throws IOException {
        Map<String, String> names = found(source, declared, prefixes);
        refuseFurther(source, declared, prefixes);
        return new ModelWeights(source, names);
    }

    private static Map<String, String> found(TensorSource source, TensorList declared, List<String> prefixes)
            throws IOException {
        Map<String, String> names = new HashMap<>();
        Set<String> there = source.names();
        for (Map.Entry<String, List<Long>> tensor : declared.shapes().entrySet()) {
            String wanted = tensor.getKey();
            String found = spellings(wanted, prefixes)
                    .filter(there::contains)
                    .findFirst()
                    .orElseThrow(() -> new InvalidInputException(missing(source, wanted)));
            if (!source.shape(found).equals(tensor.getValue())) {
                throw new InvalidInputException("%s: tensor %s is %s, where the model's configuration asks for %s"
                        .formatted(source.name(), found, source.shape(found), tensor.getValue()));
            }
            names.put(wanted, found);
        }
        return names;
    }

    /** Whether the file has a tensor of this name, under any of its spellings, be it declared or not. */
    boolean has(String name, List<String> prefixes) {
        return spellings(name, prefixes).anyMatch(source.names()::contains);
    }

    /** These and others of the same file. Throws as {@link #of} does if one is missing. */
    ModelWeights with(TensorList further, List<String> prefixes) throws IOException {
        Map<String, String> all = new HashMap<>(names);
        all.putAll(found(source, further, prefixes));
        return new ModelWeights(source, all);
    }

    /** A layer of which the file holds more than was declared, such as a bias or the scales of a quantised one, is another. */
    private static void refuseFurther(TensorSource source, TensorList declared, List<String> prefixes) {
        for (String tensor : source.names()) {
            String name = prefixes.stream()
                    .filter(tensor::startsWith)
                    .max(Comparator.comparingInt(String::length))
                    .map(prefix -> tensor.substring(prefix.length()))
                    .orElse(tensor);
            int last = name.lastIndexOf('.');
            if (last > 0
                    && !WEIGHTS.contains(name.substring(last + 1))
                    && declared.shapes().containsKey(name.substring(0, last) + ".weight")
                    && !declared.shapes().containsKey(name)) {
                throw new InvalidInputException(
                        "%s holds the tensor %s, which the model's configuration does not ask for; take the config.json of these weights"
                                .formatted(source.name(), tensor));
            }
        }
    }

    /** How files spell a name: with or without a prefix, and a norm's tensors as old TensorFlow models have them. */
    private static Stream<String> spellings(String name, List<String> prefixes) {
        String old = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
        return Stream.concat(Stream.of(""), prefixes.stream())
                .flatMap(prefix -> Stream.of(prefix + name, prefix + old));
    }

    private static String missing(TensorSource source, String wanted) {
        String near = source.names().stream()
                .sorted(Comparator.<String>comparingInt(name -> -commonEnds(name, wanted))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(SUGGESTIONS)
                .collect(Collectors.joining(", "));
        return "%s has no tensor %s, which the model's configuration asks for; nearest are %s"
                .formatted(source.name(), wanted, near.isEmpty() ? "none" : near);
    }

    private static int commonEnds(String a, String b) {
        int most = Math.min(a.length(), b.length());
        int same = 0;
        while (same < most && a.charAt(a.length() - 1 - same) == b.charAt(b.length() - 1 - same)) {
            same++;
        }
        int first = 0;
        while (first < most - same && a.charAt(first) == b.charAt(first)) {
            first++;
        }
        return same + first;
    }

    /** The numbers of a declared tensor. */
    public float[] tensor(String name) {
        try {
            return source.read(names.get(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the numbers of declared tensors take in memory: two bytes each where they are kept as the file has them, else four. */
    long bytes(TensorList declared) {
        long bytes = 0;
        try {
            for (String name : declared.shapes().keySet()) {
                boolean isNarrow = declared.canBeNarrow(name) && source.isInTwoBytes(names.get(name));
                bytes += declared.parameters(name) * (isNarrow ? Short.BYTES : Float.BYTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    private int size(String name, int dimension) {
        try {
            return Math.toIntExact(source.shape(names.get(name)).get(dimension));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A table that was declared with {@link TensorList#table}. */
    public Embedding table(String name) {
        return new Embedding(size(name + ".weight", 1), tensor(name + ".weight")).narrowed();
    }

    /** A table that was declared with {@link TensorList#table}, with all of its numbers multiplied. */
    public Embedding scaledTable(String name, float by) {
        float[] all = tensor(name + ".weight");
        for (int i = 0; i < all.length; i++) {
            all[i] *= by;
        }
        return new Embedding(size(name + ".weight", 1), all);
    }

    /** The rows of a table that was declared with {@link TensorList#table}. */
    public float[][] rows(String name) {
        int width = size(name + ".weight", 1);
        float[] all = tensor(name + ".weight");
        float[][] rows = new float[all.length / width][];
        Arrays.setAll(rows, row -> Arrays.copyOfRange(all, row * width, (row + 1) * width));
        return rows;
    }

    /**
     * A table from one of its rows on, with a row added to each: what every token is given anyway, such as that of its type.
     *
     * @param first the row that becomes row 0
     * @param row what is added, or nothing
     */
    public Embedding tablePlusRow(String name, int first, float... row) {
        int width = size(name + ".weight", 1);
        float[] all = tensor(name + ".weight");
        float[] sums = Arrays.copyOfRange(all, first * width, all.length);
        for (int i = 0; i < sums.length && row.length > 0; i++) {
            sums[i] += row[i % width];
        }
        return new Embedding(width, sums);
    }

    /** A layer that was declared with {@link TensorList#linear}, or with {@link TensorList#matrix}. */
    public Linear linear(String name) {
        int inputs = size(name + ".weight", 1);
        int outputs = size(name + ".weight", 0);
        float[] bias = names.containsKey(name + ".bias") ? tensor(name + ".bias") : new float[outputs];
        return Linear.transposed(inputs, outputs, tensor(name + ".weight"), bias)
                .narrowed();
    }

    /** Layers that one tensor holds, the outputs of one after those of the other, all as wide. */
    public List<Linear> linears(String name, int layers) {
        int inputs = size(name + ".weight", 1);
        int outputs = size(name + ".weight", 0) / layers;
        float[] weights = tensor(name + ".weight");
        float[] bias = names.containsKey(name + ".bias") ? tensor(name + ".bias") : new float[layers * outputs];
        return IntStream.range(0, layers)
                .mapToObj(l -> Linear.transposed(
                                inputs,
                                outputs,
                                Arrays.copyOfRange(weights, l * outputs * inputs, (l + 1) * outputs * inputs),
                                Arrays.copyOfRange(bias, l * outputs, (l + 1) * outputs))
                        .narrowed())
                .toList();
    }

    /** Layers that one tensor holds, declared with {@link TensorList#conv1d}, all as wide. */
    public List<Linear> conv1d(String name, int layers) {
        int inputs = size(name + ".weight", 0);
        int outputs = size(name + ".weight", 1) / layers;
        float[] weights = tensor(name + ".weight");
        float[] bias = tensor(name + ".bias");
        return IntStream.range(0, layers)
                .mapToObj(l -> new Linear(
                                inputs,
                                outputs,
                                columns(weights, layers * outputs, l * outputs, outputs),
                                Arrays.copyOfRange(bias, l * outputs, (l + 1) * outputs))
                        .narrowed())
                .toList();
    }

    private static float[] columns(float[] all, int width, int first, int count) {
        float[] some = new float[all.length / width * count];
        for (int row = 0; row < all.length / width; row++) {
            System.arraycopy(all, row * width + first, some, row * count, count);
        }
        return some;
    }

    /** A norm that was declared with {@link TensorList#layerNorm}, or without a bias with {@link TensorList#gain}. */
    public LayerNorm layerNorm(String name, double epsilon) {
        float[] gain = tensor(name + ".weight");
        float[] bias = names.containsKey(name + ".bias") ? tensor(name + ".bias") : new float[gain.length];
        return new LayerNorm(gain, bias, epsilon);
    }

    /** A norm that was declared with {@link TensorList#gain}. */
    public RmsNorm rmsNorm(String name, double epsilon) {
        return new RmsNorm(tensor(name + ".weight"), epsilon);
    }

    /** A norm that was declared with {@link TensorList#gain}, whose gains are 1 more than what the file holds. */
    public RmsNorm rmsNormPlusOne(String name, double epsilon) {
        return RmsNorm.plusOne(tensor(name + ".weight"), epsilon);
    }
}
