package foco.jobs;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.InvalidInputException;
import foco.driver.OutputBlock;
import foco.jobs.AttentionShapes.Named;
import foco.jobs.io.HeadLayout;
import foco.jobs.io.NpyFile;
import foco.jobs.io.NpyTables;
import foco.jobs.io.NpyWriter;
import foco.jobs.io.OutputTarget;
import foco.jobs.io.PendingOutputs;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Coverage;
import foco.kernels.mask.Tile;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** Attention from three {@code .npy} files to one or two, the output in the form of the query file. */
final class AttendFiles implements AttendJob {
    private final NpyFile query;
    private final NpyFile key;
    private final NpyFile value;
    private final OutputTarget output;
    private final Optional<OutputTarget> lse;
    private final AttentionShapes shapes;
    private final AttentionSpec spec;
    private final boolean causal;
    private final Optional<String> checkpoint;

    /**
     * Reads the files' headers and checks that all fits together and that the outputs can be written.
     *
     * @throws InvalidInputException if not
     */
    AttendFiles(
            String query,
            String key,
            String value,
            String output,
            Optional<String> lse,
            AttentionOptions options,
            MaskOptions masks,
            CheckpointOptions checkpoint,
            Configuration hadoop)
            throws IOException {
        this.query = floats(query, hadoop);
        this.key = floats(key, hadoop);
        this.value = floats(value, hadoop);
        this.shapes = AttentionShapes.of(
                named(this.query), named(this.key), named(this.value), options.heads(), options.keyValueHeads());
        this.spec = options.spec(shapes).withMask(masks.mask(shapes, hadoop));
        this.causal = masks.isCausal();
        checkMask();
        this.output = OutputTarget.file(output, hadoop);
        this.lse = lse.isPresent() ? Optional.of(OutputTarget.file(lse.get(), hadoop)) : Optional.empty();
        checkTargets();
        this.checkpoint = checkpoint.folder(hadoop, targets());
    }

    private static NpyFile floats(String name, Configuration hadoop) throws IOException {
        NpyFile file = NpyFile.open(name, hadoop);
        if (!file.header().type().isFloat()) {
            throw new InvalidInputException(
                    "%s holds %s, and attention takes float16, float32 or float64; save it with .astype(numpy.float32)"
                            .formatted(name, file.header().type().numpyName()));
        }
        return file;
    }

    private static Named named(NpyFile file) {
        return new Named(file.name(), file.header().shape());
    }

    /**
     * What the library would find only once it had read the files; and a mask that hides everything, which may be what a
     * program wants, but not what somebody types.
     */
    private void checkMask() {
        long queries = shapes.query().tokens();
        long keys = shapes.key().tokens();
        Tile all =
                new Tile(0, 0, (int) Math.min(queries, Integer.MAX_VALUE), 0, (int) Math.min(keys, Integer.MAX_VALUE));
        boolean none = true;
        for (int sequence = 0; sequence < shapes.query().sequences(); sequence++) {
            AttentionSpec own = spec.forSequence(String.valueOf(sequence), queries, keys);
            none &= own.mask().coverage(all) == Coverage.NONE;
        }
        if (none) {
            throw new InvalidInputException(
                    "no query would see any key: %d queries, %d keys and the mask %s; check the mask's options"
                            .formatted(queries, keys, spec.mask()));
        }
    }

    private void checkTargets() throws IOException {
        for (OutputTarget target : targets()) {
            for (NpyFile input : List.of(query, key, value)) {
                if (input.isAt(target)) {
                    throw new InvalidInputException("%s is the input %s; name another file for the output"
                            .formatted(target.name(), input.name()));
                }
            }
        }
        if (lse.isPresent() && output.isSameAs(lse.get())) {
            throw new InvalidInputException("--output and --lse are both %s; name two files".formatted(output.name()));
        }
        output.checkRoom(outputLayout().elements() * Float.BYTES);
        if (lse.isPresent()) {
            lse.get().checkRoom(shapes.query().withWidth(1).elements() * Float.BYTES);
        }
    }

    private List<OutputTarget> targets() {
        return lse.isPresent() ? List.of(output, lse.get()) : List.of(output);
    }

    private HeadLayout outputLayout() {
        return shapes.query().withWidth(spec.valueWidth());
    }

    @Override
    public AttendReport run(SparkSession spark) throws IOException {
        try (AttentionResult result = attend(spark)) {
            write(result, spark.sparkContext().hadoopConfiguration());
            result.deleteCheckpoint();
            return new AttendReport(result.summary(), spec, causal, output.name(), lse.map(OutputTarget::name));
        }
    }

    private AttentionResult attend(SparkSession spark) {
        try {
            Attention attention = Attention.of(spec);
            return checkpoint
                    .map(attention::withCheckpoint)
                    .orElse(attention)
                    .attend(
                            NpyTables.queries(spark, query, shapes.query()),
                            NpyTables.keysAndValues(spark, key, shapes.key(), value, shapes.value()));
        } catch (InvalidInputException e) {
            // The library tells of a sequence and a position; whoever gave files wants to hear of those.
            NpyTables.requireFinite(spark, query, shapes.query());
            NpyTables.requireFinite(spark, key, shapes.key());
            NpyTables.requireFinite(spark, value, shapes.value());
            throw e;
        }
    }

    private void write(AttentionResult result, Configuration hadoop) throws IOException {
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            NpyWriter outputs = pending.vectors(output, outputLayout());
            Optional<NpyWriter> sums =
                    lse.isPresent() ? Optional.of(pending.scalars(lse.get(), shapes.query())) : Optional.empty();
            for (Iterator<OutputBlock> blocks = result.blocks(); blocks.hasNext(); ) {
                OutputBlock block = blocks.next();
                // The sequence is the index in the batch, as NpyTables wrote it.
                int sequence = Integer.parseInt(block.sequence());
                outputs.write(sequence, block.firstPosition(), block.rows(), block.output());
                if (sums.isPresent()) {
                    sums.get().write(sequence, block.firstPosition(), block.rows(), block.lse());
                }
            }
            pending.commit();
        }
    }
}
