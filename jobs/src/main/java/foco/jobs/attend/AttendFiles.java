package foco.jobs.attend;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.block.InvalidInputException;
import foco.driver.block.TokenBlock;
import foco.driver.file.ArrayTarget;
import foco.driver.file.ArrayWriter;
import foco.driver.file.BlockWriter;
import foco.driver.file.HeadLayout;
import foco.driver.result.OutputBlock;
import foco.driver.settings.FocoConf;
import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import foco.driver.storage.Room;
import foco.jobs.input.AttentionFiles;
import foco.jobs.option.CheckpointOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;

/** Attention of arrays in files, the output in the form of the query file. */
final class AttendFiles implements AttendJob {
    private final AttentionFiles files;
    private final ArrayTarget output;
    private final Optional<ArrayTarget> lse;
    private final Optional<ArrayTarget> presentKey;
    private final Optional<ArrayTarget> presentValue;
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
        this.output = ArrayTarget.of(outputs.output(), "output", hadoop);
        this.lse = target(outputs.lse(), "lse", hadoop);
        this.presentKey = target(outputs.presentKey(), "key", hadoop);
        this.presentValue = target(outputs.presentValue(), "value", hadoop);
        files.checkTargets(targets());
        checkRoom();
        this.checkpoint = checkpoint.folder(hadoop, targets());
    }

    private static Optional<ArrayTarget> target(Optional<String> name, String array, Configuration hadoop)
            throws IOException {
        return name.isPresent() ? Optional.of(ArrayTarget.of(name.get(), array, hadoop)) : Optional.empty();
    }

    private void checkRoom() throws IOException {
        Room room = new Room();
        ask(room, Optional.of(output), outputLayout());
        ask(room, lse, files.queries().withWidth(1));
        ask(room, presentKey, files.presentKeys());
        ask(room, presentValue, files.presentValues());
        room.check();
    }

    private static void ask(Room room, Optional<ArrayTarget> target, HeadLayout layout) throws IOException {
        if (target.isPresent()) {
            room.add(target.get().file(), layout.elements() * Float.BYTES);
        }
    }

    private List<OutputTarget> targets() {
        return Stream.of(Optional.of(output), lse, presentKey, presentValue)
                .flatMap(Optional::stream)
                .map(ArrayTarget::file)
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
                    result.summary(), files.placed(), causal, output.name(), lse.map(ArrayTarget::name));
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
            writeOutput(result, pending);
            if (presentKey.isPresent()) {
                ArrayWriter keys = presentKey.get().vectors(pending, files.presentKeys());
                ArrayWriter values = presentValue.orElseThrow().vectors(pending, files.presentValues());
                new BlockWriter(List.of(keys, values))
                        .write(result.presentTokens().grouped());
            }
            pending.commit();
        }
    }

    private void writeOutput(AttentionResult result, PendingOutputs pending) throws IOException {
        ArrayWriter outputs = output.vectors(pending, outputLayout());
        if (lse.isPresent()) {
            ArrayWriter sums = lse.get().scalars(pending, files.queries());
            new BlockWriter(List.of(outputs, sums))
                    .write(result.outputBlocks().map(block -> tokens(block, block.output(), block.lse())));
        } else {
            new BlockWriter(List.of(outputs)).write(result.outputBlocks().map(block -> tokens(block, block.output())));
        }
    }

    /** The sequence is the index in the batch, as FileSource names it. */
    private static TokenBlock tokens(OutputBlock block, float[]... columns) {
        return new TokenBlock(block.sequence(), block.firstPosition(), block.rows(), columns);
    }
}
