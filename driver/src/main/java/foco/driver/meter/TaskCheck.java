package foco.driver.meter;

import java.io.Serializable;

/** What a task sees to before it computes; an executor that may not compute makes it throw. */
@FunctionalInterface
public interface TaskCheck extends Serializable {

    void run();

    /** Any executor may compute. */
    static TaskCheck none() {
        return () -> {};
    }
}
