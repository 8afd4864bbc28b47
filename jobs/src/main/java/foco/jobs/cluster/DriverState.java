package foco.jobs.cluster;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/**
 * What becomes of a driver that was submitted to a standalone cluster. Spark's client tells it in its log and nowhere
 * else: it ends with exit code 0 whether the driver has finished or failed.
 */
public final class DriverState {

    private static final String CLIENT = "org.apache.spark.deploy.ClientEndpoint";
    private static final Pattern SUBMITTED = Pattern.compile("Driver successfully submitted as (\\S+)");
    private static final Pattern STATE = Pattern.compile("State of (?:driver )?(\\S+) is (\\w+)");
    private static final Pattern PLACE = Pattern.compile("Driver running on (\\S+) \\((\\S+)\\)");
    private static final Pattern OF_NO_USE =
            Pattern.compile("\\.\\.\\. waiting before|spark-submit not configured to wait");

    private final Consumer<String> out;
    private final boolean waits;
    private Optional<String> driver = Optional.empty();
    private String state = "";
    private boolean placed;
    private boolean failed;

    /**
     * @param waits whether Spark's client stays until the driver has ended
     * @param out is given lines for people
     */
    public DriverState(boolean waits, Consumer<String> out) {
        this.waits = waits;
        this.out = out;
    }

    /**
     * Listens to Spark's client from now on.
     *
     * @param verbose whether what it says goes to the log as well
     */
    public void listen(boolean verbose) {
        AbstractAppender appender = new AbstractAppender("foco-driver-state", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                String message = event.getMessage().getFormattedMessage();
                Throwable thrown = event.getThrown();
                heard(event.getLevel(), thrown == null ? message : message + ": " + thrown.getMessage());
            }
        };
        appender.start();
        LoggerConfig client = new LoggerConfig(CLIENT, Level.DEBUG, verbose);
        client.addAppender(appender, Level.DEBUG, null);
        LoggerContext log = (LoggerContext) LogManager.getContext(false);
        log.getConfiguration().addLogger(CLIENT, client);
        log.updateLoggers();
    }

    synchronized void heard(Level level, String message) {
        Matcher submitted = SUBMITTED.matcher(message);
        Matcher told = STATE.matcher(message);
        Matcher place = PLACE.matcher(message);
        if (submitted.find()) {
            driver = Optional.of(submitted.group(1));
            out.accept(
                    waits
                            ? "submitted as %s; waiting for its end, and Ctrl-C leaves it running"
                                    .formatted(submitted.group(1))
                            : "submitted as %s; not waiting for its end".formatted(submitted.group(1)));
        } else if (place.find()) {
            placed = true;
            out.accept("%s runs on %s; %s".formatted(name(), place.group(2), streams()));
        } else if (told.find()) {
            reached(told.group(2));
        } else if (level.isMoreSpecificThan(Level.WARN)) {
            failed |= level.isMoreSpecificThan(Level.ERROR);
            out.accept(message.lines().findFirst().orElse(""));
        } else if (level.isMoreSpecificThan(Level.INFO)
                && !OF_NO_USE.matcher(message).find()) {
            out.accept(message);
        }
    }

    private void reached(String next) {
        if (next.equals(state)) {
            return;
        }
        state = next;
        switch (state) {
            case "FINISHED" -> out.accept("%s has finished%s".formatted(name(), whereTold()));
            case "KILLED" -> end("%s was killed".formatted(name()));
            case "FAILED", "ERROR" ->
                end("%s failed, and says why at the end of its stderr%s".formatted(name(), whereTold()));
            case "SUBMITTED" ->
                out.accept(
                        "%s waits for a worker with room for it (--driver-memory, --driver-cores)".formatted(name()));
            default -> {}
        }
    }

    private void end(String line) {
        failed = true;
        out.accept(line);
    }

    private String whereTold() {
        return placed ? "" : "; " + streams();
    }

    private String name() {
        return driver.orElse("the driver");
    }

    private String streams() {
        return "its stdout and stderr are in that worker's folder work/%s, and on the master's web page"
                .formatted(name());
    }

    /** Whether the driver or its submission has failed, as far as is known. */
    public synchronized boolean hasFailed() {
        return failed;
    }
}
