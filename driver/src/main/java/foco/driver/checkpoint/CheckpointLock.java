package foco.driver.checkpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One computation's hold on a checkpoint's folder. Who wants it writes a file of its own into the folder, rewrites it every
 * few seconds as a sign of life, and then looks for those of others. One who holds the folder, or who asks for it too and
 * has the lesser token, goes first, and the other is refused. So nothing is asked of the file system but that a file which
 * has been written is listed.
 *
 * <p>The file of a dead process is removed: at once if the process was of this machine, else after the file has stayed as
 * it is for {@link #STALE_AFTER}, by the clock of whoever waits.
 */
public final class CheckpointLock implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointLock.class);

    /** Longer than a file system's leader takes to change, and than a collection of garbage. */
    static final Duration STALE_AFTER = Duration.ofSeconds(60);

    private static final Duration BEAT = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 100;

    private final CheckpointFolder folder;
    private final Duration staleAfter;
    private final Map<String, Sighting> sightings = new HashMap<>();
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "foco-checkpoint-lock");
        thread.setDaemon(true);
        return thread;
    });
    private LockOwner owner;
    private long beats;
    private boolean closed;

    /** What another's file said first, and when that was. */
    private record Sighting(String text, long nanos) {}

    private CheckpointLock(CheckpointFolder folder, LockOwner owner, Duration staleAfter) {
        this.folder = folder;
        this.owner = owner;
        this.staleAfter = staleAfter;
    }

    /**
     * @param application of Spark, for whoever finds the lock
     * @throws CheckpointException if the folder is in use
     */
    static CheckpointLock acquire(CheckpointFolder folder, String application) throws IOException {
        return acquire(folder, application, STALE_AFTER, BEAT);
    }

    static CheckpointLock acquire(CheckpointFolder folder, String application, Duration staleAfter, Duration beat)
            throws IOException {
        CheckpointLock lock = new CheckpointLock(folder, LockOwner.here(application), staleAfter);
        try {
            lock.write();
            lock.heart.scheduleAtFixedRate(lock::beat, beat.toMillis(), beat.toMillis(), TimeUnit.MILLISECONDS);
            while (lock.isInDoubt()) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            lock.hold();
            return lock;
        } catch (InterruptedException e) {
            lock.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the lock of " + folder, e);
        } catch (Throwable e) {
            lock.close();
            throw e;
        }
    }

    /**
     * What can be said at once.
     *
     * @throws CheckpointException if a process of this machine uses the folder
     */
    static void requireFree(CheckpointFolder folder) throws IOException {
        for (String token : folder.lockTokens()) {
            Optional<LockOwner> other = folder.readLock(token).flatMap(LockOwner::parse);
            if (other.isPresent()
                    && other.get().isOfThisMachine()
                    && other.get().isAlive()) {
                throw inUse(folder, other.get());
            }
        }
    }

    /** Whether there is another of whom it cannot be said yet if it lives, or if it will hold the folder. */
    private boolean isInDoubt() throws IOException {
        boolean doubt = false;
        for (String token : folder.lockTokens()) {
            if (!token.equals(owner.token())) {
                doubt |= isInDoubt(token);
            }
        }
        return doubt;
    }

    private boolean isInDoubt(String token) throws IOException {
        Optional<String> text = folder.readLock(token);
        if (text.isEmpty()) {
            return false;
        }
        Optional<LockOwner> other = LockOwner.parse(text.get());
        boolean here = other.isPresent() && other.get().isOfThisMachine();
        Sighting first = sightings.computeIfAbsent(token, t -> new Sighting(text.get(), System.nanoTime()));
        boolean changed = !first.text.equals(text.get());
        if (other.isPresent() && (here ? other.get().isAlive() : changed && !first.text.isEmpty())) {
            if (other.get().holds() || token.compareTo(owner.token()) < 0) {
                throw inUse(folder, other.get());
            }
            return true; // it will give way, unless it has not seen this one
        }
        if (changed) {
            sightings.put(token, new Sighting(text.get(), System.nanoTime()));
        } else if (here || System.nanoTime() - first.nanos > staleAfter.toNanos()) {
            folder.removeLock(token);
            return false;
        } else if (other.isPresent() && first.text.equals(text.get()) && isFirstLook(first)) {
            LOG.warn(
                    "The checkpoint {} was locked by {}; it is taken over unless that shows a sign of life within {} s.",
                    folder,
                    other.get(),
                    staleAfter.toSeconds());
        }
        return true;
    }

    private static boolean isFirstLook(Sighting first) {
        return System.nanoTime() - first.nanos < TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS);
    }

    private static CheckpointException inUse(CheckpointFolder folder, LockOwner owner) {
        boolean own = owner.isOfThisMachine()
                && owner.process() == ProcessHandle.current().pid();
        return new CheckpointException("The checkpoint %s is in use by %s; %s, or name another folder."
                .formatted(
                        folder,
                        own ? "a result of this program" : owner,
                        own ? "close that result first" : "wait for its end"));
    }

    private synchronized void hold() throws IOException {
        requireHeld();
        owner = owner.holding();
        write();
    }

    private synchronized void write() throws IOException {
        folder.writeLock(owner.token(), owner.text(beats++));
    }

    private synchronized void beat() {
        try {
            if (!closed && folder.readLock(owner.token()).isPresent()) {
                write();
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("no sign of life in the lock of {}", folder, e); // the next may succeed
        }
    }

    /** @throws CheckpointException if somebody else may have the folder by now */
    synchronized void requireHeld() throws IOException {
        if (folder.readLock(owner.token()).isEmpty()) {
            throw new CheckpointException(
                    "The lock of the checkpoint %s was removed, as this process gave no sign of life for %d s or somebody deleted it; run this again once nobody uses the folder, and it goes on from what is there."
                            .formatted(folder, staleAfter.toSeconds()));
        }
    }

    CheckpointFolder folder() {
        return folder;
    }

    /** Lets the folder go; one in which nothing else is, is removed. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        heart.shutdown();
        try {
            folder.removeLock(owner.token());
        } catch (IOException e) {
            LOG.warn("The lock of the checkpoint {} stays: {}", folder, e.getMessage());
        }
    }
}
