package io.baton.httpapi.server;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Answers the requests of one route. Called on a thread that serves many connections: it must not block. An
 * {@link io.baton.httpapi.codec.BadParameterException} becomes a 400 with its text; any other failure a 500 without one.
 */
@FunctionalInterface
public interface Handler {
    CompletionStage<HttpResponse> handle(Exchange exchange);
}
