package io.baton.distribution.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.FileAppender;
import io.baton.httpapi.status.LogLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.LoggerFactory;

/** What Baton itself logs, for a while more than it was set up to. */
public final class RaisedLog implements LogLevel {
    private final ActorSystem<?> system;
    private final Logger logger;
    private final Level usual;
    private int raised;
    private Cancellable end = Cancellable.alreadyCancelled();

    private RaisedLog(ActorSystem<?> system, Logger logger) {
        this.system = system;
        this.logger = logger;
        this.usual = logger.getLevel();
    }

    /** @param system whose time it is */
    public static RaisedLog of(ActorSystem<?> system) {
        return new RaisedLog(system, ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("io.baton"));
    }

    @Override
    public synchronized int level() {
        return raised;
    }

    @Override
    public synchronized void raise(int level, Duration time) {
        end.cancel();
        set(level);
        if (level > 0) {
            end = system.scheduler().scheduleOnce(time, () -> raise(0, Duration.ZERO), system.executionContext());
        }
    }

    /** That of the root logger's first appender that writes one. */
    @Override
    public Optional<Path> file() {
        for (var appenders = logger.getLoggerContext()
                        .getLogger(Logger.ROOT_LOGGER_NAME)
                        .iteratorForAppenders();
                appenders.hasNext(); ) {
            if (appenders.next() instanceof FileAppender<?> appender) {
                return Optional.of(Path.of(appender.getFile()).toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    private void set(int level) {
        raised = level;
        logger.setLevel(
                switch (level) {
                    case 0 -> usual;
                    case 1 -> Level.DEBUG;
                    default -> Level.TRACE;
                });
        logger.info("log level={}", level);
    }
}
