package foco.jobs.terminal;

/** A command above others, that knows how much is to be told. */
public interface Verbosity {
    /** Whether Spark's log is shown, and a stack trace if the command fails. */
    boolean isVerbose();
}
