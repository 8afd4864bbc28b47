package foco.driver.checkpoint;

/** A checkpoint that cannot be used. The message is one line that names it, what is wrong, and what to do. */
public final class CheckpointException extends IllegalArgumentException {

    public CheckpointException(String message) {
        super(message);
    }

    static CheckpointException damaged(String file, String how) {
        return new CheckpointException(
                "The checkpoint is damaged: %s %s; delete that file, and what it held will be computed again."
                        .formatted(file, how));
    }
}
