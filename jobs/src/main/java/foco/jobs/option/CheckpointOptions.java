package foco.jobs.option;

import foco.driver.block.InvalidInputException;
import foco.driver.checkpoint.Checkpoint;
import foco.driver.storage.OutputFolder;
import foco.driver.storage.OutputTarget;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** Where a computation keeps its finished parts, to go on from them if it is ended. */
public final class CheckpointOptions {
    public static final String HEADING = "%nResuming:%n";

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description =
                    "Keep finished parts in this folder, which every executor must reach. Should the command end too"
                            + " early, the same command computes only what is missing. The folder is removed once the"
                            + " output is in its place.")
    private String folder;

    /**
     * The folder, checked as far as can be without the input.
     *
     * @throws foco.driver.checkpoint.CheckpointException if it holds something else, is damaged or cannot be written
     * @throws InvalidInputException if it is the place of an output
     */
    public Optional<String> folder(Configuration hadoop, List<OutputTarget> outputs) throws IOException {
        if (folder == null) {
            return Optional.empty();
        }
        OutputFolder place = OutputFolder.of(folder, hadoop);
        for (OutputTarget output : outputs) {
            if (place.holds(output)) {
                throw new InvalidInputException("--checkpoint %s is where %s shall lie; name another folder for it"
                        .formatted(folder, output.name()));
            }
        }
        Checkpoint.check(place.path(), hadoop);
        return Optional.of(place.path());
    }
}
