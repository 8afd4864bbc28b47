package foco.driver.checkpoint;

import foco.driver.plan.SplitKeysPlan;
import foco.driver.plan.StrategyPlan;
import foco.driver.plan.WorkItems;
import foco.driver.settings.FocoConf;
import foco.driver.settings.StrategyKind;
import foco.driver.strategy.AttentionInput;
import foco.driver.sweep.Sweep;
import foco.kernels.AttentionSpec;
import foco.kernels.machine.Kernels;
import foco.kernels.text.SpecText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Which computation a checkpoint is of: all that its bits depend on. Neither the partitions of the input nor the cluster
 * is among it, but which kernel this JVM has, and how that rounds; of strategies, whether it is the one that rounds in its
 * own way.
 */
final class Manifest {

    private static final String FORM = "form";
    private static final String ATTENTION = "attention";
    private static final String ATTENTION_HASH = "attention.sha256";
    private static final String INPUT_HASH = "input.sha256";
    private static final String BLOCK_ROWS = "block.rows";
    private static final String KEY_VALUE_TYPE = "kv.type";
    private static final String STRATEGY = "strategy";
    private static final String SWEEP = "sweep.sha256";
    private static final String CODE = "code";
    private static final String CODE_HASH = "code.sha256";
    private static final String KERNEL = "kernel";
    private static final String ROUNDING = "rounding";

    /**
     * As they are compared: the input's hash is of blocks of so many rows, and how split-keys cuts keys depends on how many
     * there are.
     */
    private static final List<String> KEYS = List.of(
            FORM, ATTENTION_HASH, SWEEP, CODE_HASH, BLOCK_ROWS, KEY_VALUE_TYPE, STRATEGY, KERNEL, INPUT_HASH, ROUNDING);

    /** Characters of an attention's text; one with a matrix may have many more. */
    private static final int LONGEST_TEXT = 1000;

    private static final String CHECKSUM = "crc32c: ";

    /** Of the manifest and of the item files. */
    private static final String CURRENT_FORM = "Foco checkpoint 4";

    private final Map<String, String> lines;

    private Manifest(Map<String, String> lines) {
        this.lines = lines;
    }

    /**
     * @param sweep what is done with items
     * @param strategy by which all of the work would be done
     */
    static Manifest of(
            AttentionSpec spec,
            FocoConf conf,
            AttentionInput input,
            Sweep<?> sweep,
            WorkItems work,
            StrategyPlan strategy) {
        AttentionForm form = AttentionForm.of(spec.heads(), work.specs());
        AttentionForm ofSweep = AttentionForm.of(sweep);
        boolean splitsKeys = strategy.kind() == StrategyKind.SPLIT_KEYS;
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put(FORM, CURRENT_FORM);
        lines.put(ATTENTION, text(spec));
        lines.put(ATTENTION_HASH, form.hash());
        lines.put(SWEEP, ofSweep.hash());
        List<String> classes = Stream.of(form, ofSweep)
                .flatMap(some -> some.classes().stream())
                .distinct()
                .toList();
        lines.put(CODE, classes.isEmpty() ? "Foco's own" : String.join(", ", classes));
        lines.put(CODE_HASH, form.codeHash() + ofSweep.codeHash());
        lines.put(INPUT_HASH, hash(input));
        lines.put(BLOCK_ROWS, String.valueOf(conf.blockRows()));
        lines.put(KEY_VALUE_TYPE, conf.keyValueType().toString());
        lines.put(STRATEGY, splitsKeys ? strategy.kind().toString() : "broadcast or stream");
        lines.put(KERNEL, Kernels.kind());
        lines.put(ROUNDING, Kernels.roundingPrint() + (splitsKeys ? rounding((SplitKeysPlan) strategy) : ""));
        return new Manifest(lines);
    }

    /** For people: the text of the spec, or what Java says of one that has none. */
    private static String text(AttentionSpec spec) {
        String text;
        try {
            text = SpecText.of(spec).toString();
        } catch (IllegalArgumentException e) {
            text = spec.toString();
        }
        String line = text.lines().collect(Collectors.joining(" "));
        return line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) + "..." : line;
    }

    private static String rounding(SplitKeysPlan plan) {
        return ", %d blocks together, %d parts merged at a time"
                .formatted(plan.partitionBlocks(), SplitKeysPlan.FAN_IN);
    }

    private static String hash(AttentionInput input) {
        String queries = input.queries().contentHash();
        String keys = input.keys() == input.queries() ? queries : input.keys().contentHash();
        return hex((queries + keys).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Reads a manifest.
     *
     * @param name of the file, for messages
     * @throws CheckpointException if it is damaged, or of a form that is not known here
     */
    static Manifest parse(byte[] bytes, String name) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.lastIndexOf(CHECKSUM);
        if (end < 0 || !text.substring(end).equals(checksum(text.substring(0, end)))) {
            throw new CheckpointException(
                    "The checkpoint is damaged: %s does not match its checksum; delete the checkpoint to start again."
                            .formatted(name));
        }
        Map<String, String> lines = text.substring(0, end)
                .lines()
                .map(line -> line.split(": ", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, b) -> a, LinkedHashMap::new));
        return new Manifest(lines);
    }

    byte[] bytes() {
        String text = lines.entrySet().stream()
                .map(line -> line.getKey() + ": " + line.getValue() + "\n")
                .collect(Collectors.joining());
        return (text + checksum(text)).getBytes(StandardCharsets.UTF_8);
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return CHECKSUM + "%08x\n".formatted(crc.getValue());
    }

    /** How a stored manifest shows that its checkpoint is not of this computation; nothing if it is. */
    Optional<String> foreign(Manifest stored) {
        return KEYS.stream()
                .filter(key -> !lines.get(key).equals(stored.lines.get(key)))
                .findFirst()
                .map(key -> switch (key) {
                    case FORM ->
                        "was written by another version of Foco (\"%s\", and this one writes \"%s\")"
                                .formatted(stored.lines.get(key), CURRENT_FORM);
                    case ATTENTION_HASH -> "is of other attention, %s".formatted(stored.lines.get(ATTENTION));
                    case SWEEP -> "is of other statistics, or of attention and not of statistics";
                    case CODE_HASH ->
                        "was made when the code of its mask, score modifier or statistic was another (%s)"
                                .formatted(lines.get(CODE));
                    case KERNEL ->
                        "was computed with the %s kernel, and this JVM has the %s one, which rounds differently (with --add-modules=jdk.incubator.vector Java has the vector kernel)"
                                .formatted(stored.lines.get(key), lines.get(key));
                    case ROUNDING -> "was written by a version of Foco that rounds differently";
                    case INPUT_HASH -> "is of other input";
                    default ->
                        "was made with spark.foco.%s %s, and that is %s now"
                                .formatted(key, stored.lines.get(key), lines.get(key));
                });
    }

    /** What marks the computation's item files. */
    byte[] run() {
        return sha256(
                KEYS.stream().map(lines::get).collect(Collectors.joining("\n")).getBytes(StandardCharsets.UTF_8));
    }

    static String hex(byte[] content) {
        return HexFormat.of().formatHex(sha256(content));
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
