package io.baton.distribution.log;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.baton.core.id.IdRules;

/**
 * A log message on one line, whatever names and labels are in it: control characters and those that change the
 * direction of text are shown as escapes. {@code %line} in the patterns.
 */
public final class OneLine extends MessageConverter {
    /** The word of a pattern that stands for it. */
    public static final String WORD = "line";

    @Override
    public String convert(ILoggingEvent event) {
        return IdRules.printable(super.convert(event));
    }
}
