package foco.jobs.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class FailureLineTest {

    @Test
    void badInputIsFoundAmongTheCauses() {
        Throwable failure = new SparkException(
                "Job aborted due to stage failure:\nTask 3 failed",
                new RuntimeException(new InvalidInputException("K.npy is bad")));
        assertEquals("K.npy is bad", FailureLine.of(failure));
    }

    @Test
    void badInputIsFoundWhereSparkKeptOnlyItsText() {
        Throwable failure = new SparkException(
                "Job aborted: Lost task 3.0 in stage 1.0 (TID 3) (10.0.0.7 executor 1): foco.driver.block.InvalidInputException:"
                        + " K.npy holds NaN at row 3, column 1; replace it\n\tat foco.driver.file.TokenReader.read\n",
                null);
        assertEquals("K.npy holds NaN at row 3, column 1; replace it", FailureLine.of(failure));
    }

    @Test
    void lackOfMemorySaysWhatToChange() {
        assertTrue(FailureLine.of(new OutOfMemoryError("Java heap space")).contains("--driver-memory"));
        Throwable inTask = new SparkException(
                "Job aborted: Lost task 0.0: java.lang.OutOfMemoryError: Java heap space\n\tat foco.X", null);
        System.setProperty("spark.master", "spark://host:7077");
        try {
            assertTrue(FailureLine.of(inTask).contains("--executor-memory"));
            for (String reason : List.of(
                    "Command exited with code 52",
                    "The executor with id 1 exited with exit code 137(SIGKILL, possible container OOM).",
                    "Container from a bad node: container_1 on host: h. Exit status: 137.",
                    "Container killed by YARN for exceeding memory limits.")) {
                Throwable lost = new SparkException(
                        "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure: Lost task"
                                + " 0.3: ExecutorLostFailure (executor 1 exited caused by one of the running tasks) Reason: "
                                + reason,
                        null);
                assertTrue(FailureLine.of(lost).contains("--executor-memory"), FailureLine.of(lost));
            }
            Throwable turnedAway = new SparkException(
                    "Job aborted: Lost task 0.3 in stage 7.2: java.util.concurrent.RejectedExecutionException: Task"
                            + " TaskRunner@3b rejected from java.util.concurrent.ThreadPoolExecutor@56[Shutting down, pool",
                    null);
            assertTrue(FailureLine.of(turnedAway).startsWith("an executor ran out of memory"));
            Throwable again = new SparkException(
                    "Job aborted due to stage failure: ResultStage 7 (collect at X.java:1) has failed the maximum allowable"
                            + " number of times: 4. Most recent failure reason:\norg.apache.spark.shuffle.FetchFailed",
                    null);
            assertTrue(FailureLine.of(again).contains("--executor-memory"), FailureLine.of(again));
            Throwable unplugged = new SparkException(
                    "Job aborted: ExecutorLostFailure (executor 1 exited unrelated to the running tasks) Reason: worker lost",
                    null);
            assertFalse(FailureLine.of(unplugged).contains("memory"), FailureLine.of(unplugged));
        } finally {
            System.clearProperty("spark.master");
        }
        assertTrue(FailureLine.of(inTask).contains("--driver-memory"));
    }

    @Test
    void aFullDiskSaysWhichFileAndWhatToDo() {
        Throwable inTask = new SparkException(
                "Job aborted: Lost task 0.0 in stage 3.0 (TID 5) (10.0.0.7 executor 1): java.io.UncheckedIOException: The"
                        + " checkpoint /ck cannot be written: No space left on device\n\tat foco.X",
                null);
        assertEquals(
                "The checkpoint /ck cannot be written: No space left on device; free some space or choose another disk",
                FailureLine.of(inTask));
        Throwable spilling = new SparkException(
                "Job aborted: Lost task 0.0: java.io.IOException: No space left on device\n\tat org.apache.spark.X",
                null);
        assertTrue(FailureLine.of(spilling).contains("spark.local.dir"), FailureLine.of(spilling));
    }

    @Test
    void aDamagedCheckpointIsNamedAsTheTaskSaidIt() {
        Throwable inTask = new SparkException(
                "Job aborted: Lost task 0.0: foco.driver.checkpoint.CheckpointException: The checkpoint is damaged: /ck/a is"
                        + " cut short; delete that file\n\tat foco.X",
                null);
        assertEquals("The checkpoint is damaged: /ck/a is cut short; delete that file", FailureLine.of(inTask));
    }

    @Test
    void anythingElseIsItsRootCauseInOneLine() {
        assertEquals("disk full", FailureLine.of(new IOException("disk full")));
        assertEquals(
                "boom (--verbose shows where)",
                FailureLine.of(new IllegalStateException(new RuntimeException("boom\nat length"))));
        assertEquals("NullPointerException (--verbose shows where)", FailureLine.of(new NullPointerException()));
        assertEquals("no such file: K.npy", FailureLine.of(new java.nio.file.NoSuchFileException("K.npy")));
    }
}
