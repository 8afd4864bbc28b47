package foco.driver.storage;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A pending directory, which Spark writes under the hidden name. */
final class NewDirectory implements PendingOutput {
    private final Path target;
    private final Path hidden;
    private final Renaming renaming;
    private final FileSystem fileSystem;

    NewDirectory(Path target, Configuration hadoop) throws IOException {
        this.target = target;
        this.hidden = new Path(target.getParent(), PendingOutput.hidden(target));
        this.renaming = Renaming.in(target, hadoop);
        this.fileSystem = target.getFileSystem(hadoop);
    }

    Path hidden() {
        return hidden;
    }

    /** Spark's commit protocol has sealed it. */
    @Override
    public void seal() {}

    /** Fails if the target has come into being meanwhile. */
    @Override
    public void publish() throws IOException {
        renaming.move(hidden, target);
    }

    @Override
    public void retract() throws IOException {
        fileSystem.delete(target, true);
    }

    @Override
    public void discard() throws IOException {
        fileSystem.delete(hidden, true);
    }
}
