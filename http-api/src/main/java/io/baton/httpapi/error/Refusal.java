package io.baton.httpapi.error;

import io.baton.core.protocol.CallAnswer;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * An answer that says no.
 *
 * @param text for whoever sent the request: what is wrong with it, and where it helps, what to do; may be empty
 * @param close end the connection after it, since the rest of the request will not be read
 */
public record Refusal(int status, String text, List<HttpHeader> headers, boolean close) {
    public static final Refusal NOT_FOUND = of(404, "404 Not Found.");
    /** As Mesos writes it: letters small. */
    public static final ContentType.NonBinary PLAIN =
            ContentTypes.create(MediaTypes.TEXT_PLAIN, HttpCharsets.custom("utf-8"));

    public static final Refusal NO_CONTENT_TYPE = of(400, "Expecting 'Content-Type' to be present");
    public static final Refusal BAD_CONTENT_TYPE =
            of(415, "Expecting 'Content-Type' of application/json or application/x-protobuf");
    public static final Refusal NOT_ACCEPTABLE =
            of(406, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'");
    public static final Refusal NO_ROOM_FOR_BODY = new Refusal(
            503,
            "The bodies of the requests under way take as much memory as they may together; please try again",
            List.of(RawHeader.create("Retry-After", "1")),
            true);
    public static final Refusal SLOW_BODY =
            new Refusal(408, "The body of the request did not come in time", List.of(), true);
    /** For what is a bug of ours: the log says more. */
    public static final Refusal INTERNAL = of(500, "Internal error; the log of this server says more");

    public static Refusal of(int status, String text) {
        return new Refusal(status, text, List.of(), false);
    }

    /** What somebody inside has refused; what may be tried again says so. */
    public static Refusal of(CallAnswer answer) {
        return answer.status() == 503
                ? new Refusal(503, answer.message(), List.of(RawHeader.create("Retry-After", "1")), false)
                : of(answer.status(), answer.message());
    }

    public static Refusal badRequest(String text) {
        return of(400, text);
    }

    /**
     * @param expected the methods that would do, such as {@code POST}
     */
    public static Refusal method(String received, String expected) {
        return new Refusal(
                405,
                "405 Method Not Allowed. Expecting one of { '" + expected.replace(", ", "', '") + "' }, but received '"
                        + received + "'.",
                List.of(RawHeader.create("Allow", expected)),
                false);
    }

    public static Refusal bodyTooLong(long limit) {
        return new Refusal(
                413, "The body of the request is longer than " + limit + " bytes, the limit", List.of(), true);
    }

    /** Small as it came, and large once it is read. */
    public static Refusal tooManyParts(long limit) {
        return of(
                413,
                "The body of the request has more than " + limit
                        + " messages and elements of lists, the limit; send it in several requests");
    }

    /** Nobody answered in time: the client may try again. */
    public static Refusal unavailable(String what) {
        return new Refusal(
                503,
                what + " did not answer in time; please try again",
                List.of(RawHeader.create("Retry-After", "1")),
                false);
    }

    /** Not now, for a reason that will pass. */
    public static Refusal later(String why) {
        return new Refusal(503, why, List.of(RawHeader.create("Retry-After", "1")), false);
    }

    public static Refusal tooMany(String text) {
        return new Refusal(429, text, List.of(RawHeader.create("Retry-After", "1")), false);
    }

    /** A call that Mesos has and this version has not. */
    public static Refusal notImplemented(String call) {
        return of(501, "The call " + call + " is not implemented yet");
    }

    /** The whole answer. Its text is plain text in UTF-8. */
    public HttpResponse response() {
        var response = HttpResponse.create().withStatus(status).addHeaders(List.copyOf(headers));
        if (close) {
            response = response.addHeader(Connection.create("close"));
        }
        return text.isEmpty()
                ? response.withEntity(HttpEntities.EMPTY)
                : response.withEntity(HttpEntities.create(PLAIN, text));
    }
}
