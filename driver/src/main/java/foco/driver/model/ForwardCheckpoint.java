package foco.driver.model;

import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.checkpoint.Checkpoint;
import foco.driver.checkpoint.CheckpointException;
import foco.driver.checkpoint.CheckpointLock;
import foco.driver.metrics.JobLabel;
import foco.driver.settings.FocoConf;
import foco.driver.text.TokenSequence;
import foco.kernels.machine.Kernels;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The hidden states of finished layers in files, and the finished parts of the layer that is being computed: in a folder with
 * {@code manifest.txt}, {@code lock}, and for layer N {@code states-N} (what is below it) and {@code attention-N}.
 */
final class ForwardCheckpoint implements AutoCloseable {

    private static final String FORM = "Foco forward checkpoint 1";
    private static final String MANIFEST = "manifest.txt";
    private static final String DONE = "done";

    private final SparkContext context;
    private final Path folder;
    private final SerializableConfiguration hadoop;
    private final CheckpointLock lock;

    private ForwardCheckpoint(SparkContext context, Path folder, CheckpointLock lock) {
        this.context = context;
        this.folder = folder;
        this.hadoop = new SerializableConfiguration(context.hadoopConfiguration());
        this.lock = lock;
    }

    /**
     * Opens the checkpoint of a computation, or begins it.
     *
     * @throws CheckpointException if the folder is in use, or holds something else
     */
    static ForwardCheckpoint open(
            String name, SparkContext context, FocoConf conf, PretrainedModel model, List<TokenSequence> sequences) {
        try {
            Path named = new Path(name);
            SerializableConfiguration hadoop = new SerializableConfiguration(context.hadoopConfiguration());
            FileSystem files = StateFile.fileSystem(named, hadoop);
            Path folder = files.makeQualified(named);
            Path manifest = new Path(folder, MANIFEST);
            if (!files.exists(manifest) && files.exists(folder) && files.listStatus(folder).length > 0) {
                throw new CheckpointException(
                        "%s holds something that is no checkpoint of a model; name another folder.".formatted(name));
            }
            Map<String, String> wanted = manifest(conf, model, sequences);
            if (files.exists(manifest)) {
                requireSame(name, read(files, manifest), wanted);
            }
            ForwardCheckpoint checkpoint = new ForwardCheckpoint(
                    context, folder, Checkpoint.lock(new Path(folder, "lock").toString(), context));
            if (!files.exists(manifest)) {
                try (OutputStream out = files.create(manifest, false)) {
                    out.write(text(wanted).getBytes(StandardCharsets.UTF_8));
                }
            }
            return checkpoint;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** All that the bits of hidden states depend on. */
    private static Map<String, String> manifest(FocoConf conf, PretrainedModel model, List<TokenSequence> sequences) {
        MessageDigest weights = sha256();
        new TreeSet<>(model.transformer().tensors().shapes().keySet())
                .forEach(name ->
                        update(weights, name, Arrays.hashCode(model.weights().tensor(name))));
        MessageDigest tokens = sha256();
        sequences.forEach(
                sequence -> update(tokens, Arrays.toString(sequence.ids()), Arrays.hashCode(sequence.places())));
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("form", FORM);
        lines.put("model", model.transformer().toString());
        lines.put("weights", HexFormat.of().formatHex(weights.digest()));
        lines.put("tokens", HexFormat.of().formatHex(tokens.digest()));
        lines.put("spark.foco.block.rows", String.valueOf(conf.blockRows()));
        lines.put("spark.foco.kv.type", conf.keyValueType().toString());
        lines.put("kernel", Kernels.kind());
        lines.put("rounding", Kernels.roundingPrint());
        return lines;
    }

    private static void update(MessageDigest digest, String text, int number) {
        digest.update("%s %d\n".formatted(text, number).getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    private static String text(Map<String, String> lines) {
        return lines.entrySet().stream()
                .map(line -> "%s: %s\n".formatted(line.getKey(), line.getValue()))
                .collect(Collectors.joining());
    }

    private static Map<String, String> read(FileSystem files, Path manifest) throws IOException {
        try (var in = files.open(manifest)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(": ", 2))
                    .filter(pair -> pair.length == 2)
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, b) -> a));
        }
    }

    private static void requireSame(String name, Map<String, String> stored, Map<String, String> wanted) {
        for (Map.Entry<String, String> line : wanted.entrySet()) {
            if (!line.getValue().equals(stored.get(line.getKey()))) {
                throw new CheckpointException(
                        "The checkpoint %s is of another %s; name another folder, or delete this one."
                                .formatted(name, line.getKey()));
            }
        }
    }

    private Path states(int layer) {
        return new Path(folder, "states-%04d".formatted(layer));
    }

    /** Where the attention of a layer keeps its parts. */
    String attention(int layer) {
        return new Path(folder, "attention-%04d".formatted(layer)).toString();
    }

    private FileSystem files() throws IOException {
        return StateFile.fileSystem(folder, hadoop);
    }

    /** Whether all hidden states below a layer are there. */
    boolean holds(int layer) {
        try {
            return files().exists(new Path(states(layer), DONE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Computes the hidden states below a layer where they are not there, and writes them. */
    void write(int layer, TokenBlocks computed, String label) {
        String into = states(layer).toString();
        SerializableConfiguration shared = hadoop;
        try (JobLabel of = JobLabel.of(context, "%s", label)) {
            computed.blocks()
                    .mapPartitionsWithIndex(
                            (p, blocks) ->
                                    List.of(written(into, p, shared, blocks)).iterator(),
                            true)
                    .count();
            files().create(new Path(states(layer), DONE), true).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean written(
            String folder, int partition, SerializableConfiguration hadoop, Iterator<TokenBlock> blocks)
            throws IOException {
        StateFile file = new StateFile(folder, partition, hadoop);
        if (!file.exists()) {
            file.write(blocks);
        }
        return true;
    }

    /** The hidden states below a layer, read where they are wanted, in as many partitions as they were written. */
    JavaRDD<TokenBlock> read(int layer, int count) {
        String from = states(layer).toString();
        SerializableConfiguration shared = hadoop;
        List<Integer> partitions = IntStream.range(0, count).boxed().toList();
        return JavaSparkContext.fromSparkContext(context)
                .parallelize(partitions, partitions.size())
                .flatMap(p -> new StateFile(from, p, shared).read());
    }

    /** Removes the hidden states below a layer. */
    void dropStates(int layer) {
        delete(states(layer));
    }

    /** Removes the parts of a layer's attention. */
    void dropAttention(int layer) {
        delete(new Path(attention(layer)));
    }

    private void delete(Path path) {
        try {
            files().delete(path, true);
        } catch (FileNotFoundException e) {
            // It is gone, which is what is wanted.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes all of it. */
    void delete() {
        lock.close();
        delete(folder);
    }

    @Override
    public void close() {
        lock.close();
    }
}
