package io.baton.distribution.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.baton.distribution.log.LogLayout;
import java.util.logging.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log on stderr, unless {@code logback.configurationFile} says otherwise. Set up in code: XML costs start-up time. */
final class Logs {
    private static final String FILE_PROPERTY = "logback.configurationFile";

    private Logs() {}

    /**
     * Sets it up.
     *
     * @param usual what is logged without {@code -v}
     */
    static void to(Level usual, boolean verbose) {
        LogManager.getLogManager().reset();
        if (System.getProperty(FILE_PROPERTY) != null) {
            return;
        }
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(LogLayout.encoder(context));
        console.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(console);
        context.getLogger("io.baton").setLevel(verbose ? Level.DEBUG : usual);
        // What matters of the log's replicas is told by ours; elections and lost connections are normal.
        context.getLogger("org.apache.ratis").setLevel(verbose ? Level.WARN : Level.OFF);
        if (verbose) {
            context.getLogger("org.apache.pekko").setLevel(Level.INFO);
        } else {
            // They warn of what is normal here: a cluster of one, an agent that comes and goes.
            context.getLogger("org.apache.pekko").setLevel(Level.ERROR);
            // A port that is taken is told in a line of its own.
            context.getLogger("org.apache.pekko.io.TcpListener").setLevel(Level.OFF);
        }
    }
}
