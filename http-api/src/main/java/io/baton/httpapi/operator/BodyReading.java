package io.baton.httpapi.operator;

import com.google.protobuf.Message;
import io.baton.httpapi.codec.Query;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Exchange;
import io.baton.protocol.json.MesosJson;
import io.baton.protocol.json.MesosJsonException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * What the older endpoints are sent: JSON or a form, whatever type it says it is of. A body that will not do is answered
 * 400 with what is wrong with it, and nobody is asked anything.
 */
final class BodyReading {
    private interface Reading<T> {
        T of(byte[] body) throws MesosJsonException;
    }

    private BodyReading() {}

    /** Answers with what is made of a message. */
    static <B extends Message.Builder> CompletionStage<HttpResponse> message(
            Bodies bodies, Exchange exchange, B into, Function<B, CompletionStage<HttpResponse>> then) {
        return json(bodies, exchange, body -> MesosJson.parse(body, into, bodies.mostParts()), then);
    }

    /**
     * Answers with what is made of a list that stands alone.
     *
     * @param field of the message that is read into: the list
     */
    static <B extends Message.Builder> CompletionStage<HttpResponse> list(
            Bodies bodies, Exchange exchange, String field, B into, Function<B, CompletionStage<HttpResponse>> then) {
        return json(bodies, exchange, body -> MesosJson.parseList(body, field, into, bodies.mostParts()), then);
    }

    private static <T> CompletionStage<HttpResponse> json(
            Bodies bodies, Exchange exchange, Reading<T> reading, Function<T, CompletionStage<HttpResponse>> then) {
        return bodies.readMessage(exchange, body -> {
            T read;
            try {
                read = reading.of(body.toArray());
            } catch (MesosJsonException wrong) {
                var refusal = wrong.kind() == MesosJsonException.Kind.TOO_MANY
                        ? Refusal.tooManyParts(bodies.mostParts())
                        : Refusal.badRequest("the body will not do: " + wrong.getMessage());
                return CompletableFuture.completedFuture(refusal.response());
            }
            return then.apply(read);
        });
    }

    /** Answers with what is made of {@code name=value&…}. */
    static CompletionStage<HttpResponse> form(
            Bodies bodies, Exchange exchange, Function<Query, CompletionStage<HttpResponse>> then) {
        return bodies.readForm(exchange, then);
    }
}
