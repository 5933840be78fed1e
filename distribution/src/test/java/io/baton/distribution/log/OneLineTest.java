package io.baton.distribution.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody who chooses a name can write a line of his own into the log. */
class OneLineTest {
    private static final String NAME = "web\r\n12:00:00.000 ERROR Master: all is lost\u001b[2J\u202etxt";
    private static final String SHOWN =
            "name=web\\u000d\\u000a12:00:00.000 ERROR Master: all is lost\\u001b[2J\\u202etxt";

    @TempDir
    private Path directory;

    private static LoggerContext context() {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        return context;
    }

    @Test
    void theLogOnStderrHasOneLineAMessage() {
        var context = context();
        var out = new ByteArrayOutputStream();
        var appender = new OutputStreamAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setEncoder(LogLayout.encoder(context));
        appender.setOutputStream(out);
        appender.start();
        var logger = context.getLogger("io.baton.Sample");
        logger.addAppender(appender);
        logger.setLevel(Level.INFO);

        logger.info("framework subscribes name={}", NAME);

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .endsWith("framework subscribes " + SHOWN);
    }

    @Test
    void theLogFileOfOperatorsHasToo() throws Exception {
        var context = context();
        context.putProperty("BATON_LOG_DIR", directory.toString());
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Path.of("../conf/logback.xml").toFile());

        context.getLogger("io.baton.Sample").info("framework subscribes name={}", NAME);
        context.stop();

        assertThat(Files.readAllLines(directory.resolve("baton.log")))
                .singleElement()
                .asString()
                .contains(SHOWN);
    }
}
