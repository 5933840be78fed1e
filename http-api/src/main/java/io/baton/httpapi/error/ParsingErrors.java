package io.baton.httpapi.error;

import io.baton.core.id.IdRules;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/**
 * Answers requests that are no HTTP. Made by the HTTP library, by name. Nothing is logged: anyone who can connect could
 * fill the log.
 */
public final class ParsingErrors extends ParsingErrorHandler {
    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
        var summary = error.summary().isEmpty() ? status.defaultMessage() : error.summary();
        return Refusal.of(status.intValue(), IdRules.printable(summary)).response();
    }
}
