package foco.driver.result;

import java.util.concurrent.atomic.AtomicReference;

/** Whether something that can be closed is still open, and if not, what to tell whoever asks more of it. */
public final class Open {

    private final AtomicReference<String> closed = new AtomicReference<>("");

    /** Closes, unless it is closed already. */
    public void close(String reason) {
        closed.compareAndSet("", reason);
    }

    /** @throws IllegalStateException with the reason if it is closed */
    public void require() {
        String reason = closed.get();
        if (!reason.isEmpty()) {
            throw new IllegalStateException(reason);
        }
    }
}
