package foco.driver.plan;

/**
 * Bytes that a computation holds at a time.
 *
 * @param driver of keys, values or queries that go through the driver, and of masks, biases and rotary tables
 * @param blocks of the same and of keys and values in Spark's block store, in each executor's memory
 * @param task of queries, states, and keys and values that are being worked on or an output, in each task
 */
public record Memory(long driver, long blocks, long task) {

    /** What an executor holds that runs {@code cores} tasks at a time. */
    public long executor(int cores) {
        return blocks + cores * task;
    }
}
