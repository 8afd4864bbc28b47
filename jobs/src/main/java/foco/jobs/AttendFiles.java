package foco.jobs;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.block.InvalidInputException;
import foco.driver.file.HeadLayout;
import foco.driver.file.NpyPart;
import foco.driver.file.NpyWriter;
import foco.driver.file.OutputTarget;
import foco.driver.file.PendingOutputs;
import foco.driver.file.Room;
import foco.driver.result.OutputBlock;
import foco.driver.result.PresentBlock;
import foco.driver.settings.FocoConf;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;

/** Attention of {@code .npy} files to others, the output in the form of the query file. */
final class AttendFiles implements AttendJob {
    private final AttentionFiles files;
    private final OutputTarget output;
    private final Optional<OutputTarget> lse;
    private final Optional<OutputTarget> presentKey;
    private final Optional<OutputTarget> presentValue;
    private final boolean causal;
    private final Optional<String> checkpoint;

    /** @throws InvalidInputException if the outputs cannot be written */
    AttendFiles(
            AttentionFiles files,
            OutputOptions outputs,
            boolean causal,
            CheckpointOptions checkpoint,
            Configuration hadoop)
            throws IOException {
        this.files = files;
        this.causal = causal;
        this.output = OutputTarget.file(outputs.output(), hadoop);
        this.lse = target(outputs.lse(), hadoop);
        this.presentKey = target(outputs.presentKey(), hadoop);
        this.presentValue = target(outputs.presentValue(), hadoop);
        files.checkTargets(targets());
        checkRoom();
        this.checkpoint = checkpoint.folder(hadoop, targets());
    }

    private static Optional<OutputTarget> target(Optional<String> name, Configuration hadoop) throws IOException {
        return name.isPresent() ? Optional.of(OutputTarget.file(name.get(), hadoop)) : Optional.empty();
    }

    private void checkRoom() throws IOException {
        Room room = new Room();
        ask(room, Optional.of(output), outputLayout());
        ask(room, lse, files.queries().withWidth(1));
        ask(room, presentKey, files.presentKeys());
        ask(room, presentValue, files.presentValues());
        room.check();
    }

    private static void ask(Room room, Optional<OutputTarget> target, HeadLayout layout) throws IOException {
        if (target.isPresent()) {
            room.add(target.get(), layout.elements() * Float.BYTES);
        }
    }

    private List<OutputTarget> targets() {
        return Stream.of(Optional.of(output), lse, presentKey, presentValue)
                .flatMap(Optional::stream)
                .toList();
    }

    private HeadLayout outputLayout() {
        return files.queries().withWidth(files.presentValues().width());
    }

    @Override
    public AttendReport run(SparkContext spark, Map<String, String> settings) throws IOException {
        try (AttentionResult result = attend(spark, FocoConf.of(spark, settings))) {
            write(result, spark);
            result.deleteCheckpoint();
            return new AttendReport(
                    result.summary(), files.placed(), causal, output.name(), lse.map(OutputTarget::name));
        }
    }

    private AttentionResult attend(SparkContext spark, FocoConf conf) {
        Attention attention = files.attention(spark, conf);
        return checkpoint
                .map(attention::withCheckpoint)
                .orElse(attention)
                .attend(files.queryTokens(spark, conf), files.keyTokens(spark, conf));
    }

    private void write(AttentionResult result, SparkContext spark) throws IOException {
        try (PendingOutputs pending = new PendingOutputs(spark.hadoopConfiguration())) {
            NpyWriter outputs = pending.vectors(output, outputLayout());
            Optional<NpyWriter> sums =
                    lse.isPresent() ? Optional.of(pending.scalars(lse.get(), files.queries())) : Optional.empty();
            if (spark.isLocal() && outputs.part().isPresent()) {
                writeInTasks(result, outputs, sums);
            } else {
                gather(result, outputs, sums);
            }
            writePresent(result, pending);
            pending.commit();
        }
    }

    /** Each task writes its blocks where they belong in the file, as it sees the driver's disks. */
    private static void writeInTasks(AttentionResult result, NpyWriter outputs, Optional<NpyWriter> sums) {
        NpyPart output = outputs.part().orElseThrow();
        Optional<NpyPart> lse = sums.flatMap(NpyWriter::part);
        NpyPart sum = lse.orElse(output);
        boolean withSums = lse.isPresent();
        long tokens = result.outputBlocks()
                .mapPartitions(blocks -> {
                    long done = 0;
                    try (NpyPart.Open vectors = output.open();
                            NpyPart.Open scalars = sum.open()) {
                        while (blocks.hasNext()) {
                            OutputBlock block = blocks.next();
                            // The sequence is the index in the batch, as FileSource names it.
                            int sequence = Integer.parseInt(block.sequence());
                            vectors.write(sequence, block.firstPosition(), block.rows(), block.output());
                            if (withSums) {
                                scalars.write(sequence, block.firstPosition(), block.rows(), block.lse());
                            }
                            done += block.rows();
                        }
                    }
                    return List.of(done).iterator();
                })
                .reduce(Long::sum);
        outputs.writtenByTasks(tokens);
        sums.ifPresent(writer -> writer.writtenByTasks(tokens));
    }

    private static void gather(AttentionResult result, NpyWriter outputs, Optional<NpyWriter> sums) throws IOException {
        for (Iterator<OutputBlock> blocks = result.blocks(); blocks.hasNext(); ) {
            OutputBlock block = blocks.next();
            int sequence = Integer.parseInt(block.sequence());
            outputs.write(sequence, block.firstPosition(), block.rows(), block.output());
            if (sums.isPresent()) {
                sums.get().write(sequence, block.firstPosition(), block.rows(), block.lse());
            }
        }
    }

    private void writePresent(AttentionResult result, PendingOutputs pending) throws IOException {
        if (presentKey.isEmpty()) {
            return;
        }
        NpyWriter keys = pending.vectors(presentKey.get(), files.presentKeys());
        NpyWriter values = pending.vectors(presentValue.orElseThrow(), files.presentValues());
        for (Iterator<PresentBlock> blocks = result.presentBlocks(); blocks.hasNext(); ) {
            PresentBlock block = blocks.next();
            int sequence = Integer.parseInt(block.sequence());
            keys.write(sequence, block.firstPosition(), block.rows(), block.keys());
            values.write(sequence, block.firstPosition(), block.rows(), block.values());
        }
    }
}
