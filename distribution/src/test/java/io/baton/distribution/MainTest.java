package io.baton.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class MainTest {
    @Test
    void whatEndsAThreadIsOneLineOfTheLog() {
        var log = (Logger) LoggerFactory.getLogger(Main.class);
        var seen = new ListAppender<ILoggingEvent>();
        seen.start();
        log.addAppender(seen);
        try {
            Main.ended(new Thread("a-librarys-own"), new IllegalStateException("the log is closed"));
        } finally {
            log.detachAppender(seen);
        }

        var shown = seen.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .toList();
        assertThat(shown).singleElement().satisfies(event -> {
            assertThat(event.getFormattedMessage())
                    .isEqualTo("thread 'a-librarys-own' has ended: java.lang.IllegalStateException: the log is closed");
            assertThat(event.getThrowableProxy()).isNull();
        });
    }
}
