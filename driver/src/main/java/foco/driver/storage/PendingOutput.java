package foco.driver.storage;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.hadoop.fs.Path;

/** An output that is being written under a hidden name. */
interface PendingOutput {
    /** Finishes the writing; the output is now whole and safe on its file system, still under the hidden name. */
    void seal() throws IOException;

    /** Gives the output its name, in one step, in place of what bore it. */
    void publish() throws IOException;

    /** Undoes {@link #publish}: what bore the name before bears it again, if that could be kept. */
    void retract() throws IOException;

    /** Removes whatever still bears a hidden name. Can be called at any time, and more than once. */
    void discard() throws IOException;

    /** A name beside the target's that no listing shows by default and that Spark does not read. */
    static String hiddenName(String name) {
        return ".%s.%08x.tmp".formatted(name, ThreadLocalRandom.current().nextInt());
    }

    /** That name as a path; Hadoop would take what stands before a colon in a plain name for a scheme. */
    static Path hidden(Path target) {
        return new Path(null, null, hiddenName(target.getName()));
    }
}
