package io.baton.distribution.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.util.List;

/** A line for people; ids stand behind the text as fields, where there are any. */
public final class LogLayout {
    private static final List<String> FIELDS = List.of("frameworkId", "taskId", "agentId", "offerId");

    private LogLayout() {}

    /** A started encoder of such lines. */
    public static LayoutWrappingEncoder<ILoggingEvent> encoder(LoggerContext context) {
        var layout = new PatternLayout();
        layout.setContext(context);
        layout.getInstanceConverterMap().put(OneLine.WORD, OneLine::new);
        layout.setPattern(pattern());
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }

    private static String pattern() {
        var pattern = new StringBuilder("%d{HH:mm:ss.SSS} %-5level %logger{0}: %" + OneLine.WORD);
        FIELDS.forEach(field -> pattern.append("%replace( " + field + "=%X{" + field + "}){' [a-zA-Z]+=$', ''}"));
        return pattern.append("%n%ex{short}").toString();
    }
}
