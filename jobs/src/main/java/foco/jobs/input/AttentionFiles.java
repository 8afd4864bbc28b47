package foco.jobs.input;

import foco.driver.Attention;
import foco.driver.block.InvalidInputException;
import foco.driver.block.TokenBlocks;
import foco.driver.file.ArrayFile;
import foco.driver.file.FileSource;
import foco.driver.file.HeadLayout;
import foco.driver.plan.Counted;
import foco.driver.settings.FocoConf;
import foco.driver.storage.OutputTarget;
import foco.jobs.option.AttentionShapes;
import foco.jobs.option.AttentionShapes.Named;
import foco.jobs.option.HeadCounts;
import foco.jobs.option.MaskOptions;
import foco.jobs.option.PastOptions;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.mask.Coverage;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;

/** Queries, keys and values in {@code .npy} files, and which attention of them the options ask for. */
public final class AttentionFiles {

    /** A file of vectors, and how they lie in it. */
    private record Vectors(ArrayFile file, HeadLayout layout) {}

    private static final String KEY = "key";
    private static final String VALUE = "value";

    private final Vectors query;
    private final Vectors key;
    private final Vectors value;
    private final List<Vectors> past;
    private final AttentionSpec spec;
    private final long[] offsets;
    private final Optional<RotaryEmbedding> rotary;
    private final Optional<ArrayFile> rotaryPositions;

    /**
     * Reads the files' headers and checks that all fits together.
     *
     * @throws InvalidInputException if not
     */
    public AttentionFiles(ArrayNames names, AttentionInput options, Configuration hadoop) throws IOException {
        ArrayFile queries = floats(ArrayFile.open(names.query(), hadoop));
        ArrayFile keys = floats(ArrayFile.open(names.key(), hadoop));
        ArrayFile values = floats(ArrayFile.open(names.value(), hadoop));
        HeadCounts heads = options.attention().headCounts();
        MaskOptions masks = options.masks();
        AttentionShapes shapes = AttentionShapes.of(named(queries), named(keys), named(values), heads);
        this.query = new Vectors(queries, shapes.query());
        this.key = new Vectors(keys, shapes.key());
        this.value = new Vectors(values, shapes.value());
        this.past = past(options.past(), heads, hadoop);
        AttentionShapes whole = new AttentionShapes(shapes.query(), present(shapes.key()), present(shapes.value()));
        this.spec = options.spec(shapes, whole, hadoop);
        this.rotary = options.rotary(spec.keyWidth(), hadoop);
        this.rotaryPositions = options.rotary().positions(shapes, hadoop);
        this.offsets = this.past.isEmpty() ? masks.queryOffsets(shapes) : pastOffsets();
        checkMask();
    }

    private static ArrayFile floats(ArrayFile file) {
        if (!file.header().type().isFloat()) {
            throw new InvalidInputException(
                    "%s holds %s, and attention takes float16, bfloat16, float32 or float64; save it with"
                                    .formatted(file.name(), file.header().type().numpyName())
                            + " .astype(numpy.float32)");
        }
        return file;
    }

    private static Named named(ArrayFile file) {
        return new Named(file.name(), file.header().shape());
    }

    /** The past keys and values; keys in the place of values that are not given. */
    private List<Vectors> past(PastOptions options, HeadCounts heads, Configuration hadoop) throws IOException {
        Optional<ArrayFile> keys = options.key(hadoop);
        if (keys.isEmpty()) {
            return List.of();
        }
        ArrayFile values = options.value(hadoop).orElse(keys.get());
        Vectors pastKeys = past(keys.get(), key, heads);
        Vectors pastValues = past(values, value, heads);
        if (pastKeys.layout.tokens() != pastValues.layout.tokens()) {
            throw new InvalidInputException("%s has %s and %s has %,d; each key needs one value"
                    .formatted(
                            keys.get().name(),
                            Counted.text(pastKeys.layout.tokens(), "token"),
                            values.name(),
                            pastValues.layout.tokens()));
        }
        return List.of(pastKeys, pastValues);
    }

    private static Vectors past(ArrayFile file, Vectors present, HeadCounts heads) {
        HeadLayout due = present.layout;
        HeadLayout layout = HeadLayout.of(
                floats(file).name(), file.header().shape(), OptionalInt.of(due.heads()), heads.keyValueOption());
        if (layout.sequences() != due.sequences() || layout.width() != due.width()) {
            throw new InvalidInputException(
                    "%s has batch %d and width %d per head, and %s has %d and %d; a past must be like what comes after it"
                            .formatted(
                                    file.name(),
                                    layout.sequences(),
                                    layout.width(),
                                    present.file.name(),
                                    due.sequences(),
                                    due.width()));
        }
        return new Vectors(file, layout);
    }

    private long pastTokens() {
        return past.isEmpty() ? 0 : past.get(0).layout.tokens();
    }

    private HeadLayout present(HeadLayout layout) {
        return layout.withTokens(layout.tokens() + pastTokens());
    }

    private long[] pastOffsets() {
        long[] all = new long[query.layout.sequences()];
        Arrays.fill(all, pastTokens());
        return all;
    }

    /**
     * What the library would find only once it had read the files; and a mask that hides everything, which may be what a
     * program wants, but not what somebody types.
     */
    private void checkMask() {
        long queries = query.layout.tokens();
        long keys = presentKeys().tokens();
        boolean none = true;
        for (int sequence = 0; sequence < query.layout.sequences(); sequence++) {
            AttentionSpec own = spec.shifted(offsets[sequence]).forSequence(String.valueOf(sequence), queries, keys);
            none = none && hidesAll(own.mask(), queries, keys);
        }
        if (none) {
            throw new InvalidInputException(
                    "no query would see any key: %s, %s and the mask %s; check the mask's options"
                            .formatted(
                                    Counted.text(queries, "query", "queries"),
                                    Counted.text(keys, "key"),
                                    placed().mask()));
        }
    }

    private boolean hidesAll(Mask mask, long queries, long keys) {
        int some = (int) Math.min(queries, Integer.MAX_VALUE);
        int most = (int) Math.min(keys, Integer.MAX_VALUE);
        return IntStream.range(0, mask.isAlikeForHeads() ? 1 : spec.heads())
                .allMatch(head -> mask.coverage(new Tile(head, 0, some, 0, most)) == Coverage.NONE);
    }

    /** What to compute, as reports tell of it: its queries where they stand, if that is alike in all sequences. */
    public AttentionSpec placed() {
        return Arrays.stream(offsets).distinct().count() == 1 ? spec.shifted(offsets[0]) : spec;
    }

    public HeadLayout queries() {
        return query.layout;
    }

    /** All keys, the past's among them, in the form of the key file. */
    public HeadLayout presentKeys() {
        return present(key.layout);
    }

    public HeadLayout presentValues() {
        return present(value.layout);
    }

    /** @throws InvalidInputException if an output would replace an input or another output */
    public void checkTargets(List<OutputTarget> targets) {
        List<OutputTarget> others = new ArrayList<>();
        for (OutputTarget target : targets) {
            for (Vectors input : inputs()) {
                if (input.file.isAt(target)) {
                    throw new InvalidInputException("%s is the input %s; name another file for the output"
                            .formatted(target.name(), input.file.name()));
                }
            }
            for (OutputTarget other : others) {
                if (target.isSameAs(other)) {
                    throw new InvalidInputException("two outputs are both %s; name two files".formatted(target.name()));
                }
            }
            others.add(target);
        }
    }

    private List<Vectors> inputs() {
        List<Vectors> inputs = new ArrayList<>(List.of(query, key, value));
        inputs.addAll(past);
        return inputs;
    }

    /** The attention of {@link #queryTokens} over {@link #keyTokens}. */
    public Attention attention(SparkContext spark, FocoConf conf) {
        Attention attention = Attention.of(spec);
        if (rotary.isPresent()) {
            attention = attention.withRotary(rotary.get());
        }
        if (!past.isEmpty()) {
            return attention.withPast(tokens(spark, conf, false, of(KEY, past.get(0)), of(VALUE, past.get(1))));
        }
        if (Arrays.stream(offsets).allMatch(offset -> offset == 0)) {
            return attention;
        }
        Map<String, Long> bySequence = new HashMap<>();
        for (int sequence = 0; sequence < offsets.length; sequence++) {
            bySequence.put(String.valueOf(sequence), offsets[sequence]);
        }
        return attention.withQueryOffsets(bySequence);
    }

    /** Blocks with the column {@code query}. */
    public TokenBlocks queryTokens(SparkContext spark, FocoConf conf) {
        return tokens(spark, conf, true, of("query", query));
    }

    /** Blocks with the columns {@code key} and {@code value}. */
    public TokenBlocks keyTokens(SparkContext spark, FocoConf conf) {
        return tokens(spark, conf, true, of(KEY, key), of(VALUE, value));
    }

    private static FileSource.Vectors of(String column, Vectors vectors) {
        return new FileSource.Vectors(column, vectors.file, vectors.layout);
    }

    private TokenBlocks tokens(SparkContext spark, FocoConf conf, boolean positioned, FileSource.Vectors... files) {
        FileSource source = FileSource.of(spark.hadoopConfiguration(), files);
        return TokenBlocks.of(
                spark, positioned ? rotaryPositions.map(source::withPositions).orElse(source) : source, conf);
    }
}
