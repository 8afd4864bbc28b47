package foco.driver.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** What is logged while something runs. */
final class CapturedLog extends AbstractAppender {

    private final List<String> lines = new ArrayList<>();

    private CapturedLog() {
        super("captured", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
        lines.add(event.getMessage().getFormattedMessage());
    }

    /** The lines that the loggers of a package write. */
    static List<String> of(String packageName, Runnable work) {
        CapturedLog log = new CapturedLog();
        log.start();
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        LoggerConfig config = new LoggerConfig(packageName, Level.WARN, false);
        config.addAppender(log, Level.WARN, null);
        context.getConfiguration().addLogger(packageName, config);
        context.updateLoggers();
        try {
            work.run();
        } finally {
            context.getConfiguration().removeLogger(packageName);
            context.updateLoggers();
            log.stop();
        }
        return List.copyOf(log.lines);
    }
}
