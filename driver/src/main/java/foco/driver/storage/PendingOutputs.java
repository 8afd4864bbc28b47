package foco.driver.storage;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * The outputs of one command. They are written under hidden names beside their targets and appear together at
 * {@link #commit}; before it, or if it fails, or if the process is told to end (Ctrl-C), nothing of them is left.
 */
public final class PendingOutputs implements Closeable {
    /** After Spark has stopped (50 and 40), so that no task writes any more; before Hadoop closes its file systems (10). */
    private static final int HOOK_PRIORITY = 20;

    private final Configuration hadoop;
    private final List<PendingOutput> outputs = new ArrayList<>();
    private final List<Runnable> checks = new ArrayList<>();
    private final Runnable hook = this::discardQuietly;

    public PendingOutputs(Configuration hadoop) {
        this.hadoop = hadoop;
        ShutdownHookManager.get().addShutdownHook(hook, HOOK_PRIORITY);
    }

    /** A file that is written wherever in it, by its channel. */
    public synchronized PendingFile file(OutputTarget target) throws IOException {
        if (target.location().isLocal()) {
            LocalFile file = new LocalFile(target.localPath());
            outputs.add(file);
            return new PendingFile(target.name(), file.channel(), Optional.of(file.hidden()));
        }
        RemoteFile file = new RemoteFile(target.location().path(), hadoop);
        outputs.add(file);
        String name = "%s (at first %s)".formatted(target.name(), file.staging());
        return new PendingFile(name, file.channel(), Optional.empty());
    }

    /** Has something checked before outputs get their names; it fails if one of them is not whole. */
    public synchronized void beforeCommit(Runnable check) {
        checks.add(check);
    }

    /** A text file in UTF-8. The caller flushes it, and does not close it. */
    public synchronized Writer text(OutputTarget target) throws IOException {
        return new BufferedWriter(Channels.newWriter(file(target).channel(), StandardCharsets.UTF_8));
    }

    /** A file of any form. The caller does not close it. */
    public synchronized FileChannel bytes(OutputTarget target) throws IOException {
        return file(target).channel();
    }

    /** A directory that Spark shall write; returns the path to write to, which does not exist yet. */
    public synchronized String directory(OutputTarget target) throws IOException {
        NewDirectory directory = new NewDirectory(target.location().path(), hadoop);
        outputs.add(directory);
        return directory.hidden().toString();
    }

    /**
     * Gives all outputs their names, replacing files of these names.
     *
     * @throws IOException if one of them could not be finished; then none is left, and files of their names are as they were
     * @throws IllegalStateException if a file is not whole
     */
    public synchronized void commit() throws IOException {
        checks.forEach(Runnable::run);
        for (PendingOutput output : outputs) {
            output.seal();
        }
        List<PendingOutput> published = new ArrayList<>();
        try {
            for (PendingOutput output : outputs) {
                output.publish();
                published.add(output);
            }
        } catch (IOException e) {
            for (PendingOutput output : published) {
                suppressed(e, output::retract);
            }
            throw e;
        }
    }

    /** Removes what was not committed. */
    @Override
    public void close() throws IOException {
        if (!ShutdownHookManager.get().isShutdownInProgress()) {
            ShutdownHookManager.get().removeShutdownHook(hook);
        }
        IOException failure = discard();
        if (failure != null) {
            throw failure;
        }
    }

    private void discardQuietly() {
        discard();
    }

    private synchronized IOException discard() {
        IOException failure = null;
        for (PendingOutput output : outputs) {
            try {
                output.discard();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        return failure;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void suppressed(IOException failure, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
