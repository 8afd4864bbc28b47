package foco.jobs.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.driver.metrics.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLogTest {

    private final StringWriter told = new StringWriter();
    private final AtomicLong clock = new AtomicLong(TimeUnit.DAYS.toNanos(-1));
    private final ProgressLog log = new ProgressLog(new PrintWriter(told), clock::get);

    private String after(long seconds, Progress progress) {
        clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        told.getBuffer().setLength(0);
        log.tell(progress);
        return told.toString();
    }

    @Test
    void theFirstMinuteIsSilentAndEachOtherHasALine() {
        Progress tasks = new Progress("layer 2 of 6: projections", false, 0, 5, 48);
        assertEquals("", after(59, tasks));
        assertEquals("after 1 min: layer 2 of 6: projections, 5 of 48 tasks\n", after(2, tasks));
        assertEquals("", after(58, tasks));
        assertEquals("after 2 min: layer 2 of 6: projections, 5 of 48 tasks\n", after(1, tasks));
        assertEquals("after 5 min: layer 2 of 6: projections, 5 of 48 tasks\n", after(180, tasks));
    }

    @Test
    void attentionIsToldInOperations() {
        Progress attention = new Progress("layer 2 of 6: attention, 12 heads", true, 0, 3e12, 12e12);
        assertEquals("after 1 min: layer 2 of 6: attention, 25% of 12.0 TFLOP\n", after(60, attention));
    }

    @Test
    void aStageOfNoWorkIsNotToldOf() {
        assertEquals("", after(60, new Progress("nothing", false, 0, 0, 0)));
    }
}
