package io.baton.httpapi.codec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * How our own resources say no (RFC 9457).
 *
 * @param code stable, for programs, such as {@code version-conflict}
 * @param detail what is wrong with the request and what to do, for people
 */
public record Problem(int status, String code, String detail, List<HttpHeader> headers) {
    private static final ContentType TYPE =
            MediaTypes.customBinary("application", "problem+json", true).toContentType();
    private static final String TYPES = "urn:baton:problem:";

    public static Problem of(int status, String code, String detail) {
        return new Problem(status, code, detail, List.of());
    }

    /** Not now: whoever asks again after this time may be lucky. */
    public static Problem later(String code, String detail, Duration retryAfter) {
        long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
        return new Problem(503, code, detail, List.of(RawHeader.create("Retry-After", Long.toString(seconds))));
    }

    /** The same with one more header. */
    public Problem with(String name, String value) {
        var more = new ArrayList<>(headers);
        more.add(RawHeader.create(name, value));
        return new Problem(status, code, detail, List.copyOf(more));
    }

    public HttpResponse response() {
        var text = JsonText.write(json -> json.object(() -> json.field("type", TYPES + code)
                .field("title", code.replace('-', ' '))
                .field("status", status)
                .field("code", code)
                .field("detail", detail)));
        return HttpResponse.create().withStatus(status).addHeaders(headers).withEntity(HttpEntities.create(TYPE, text));
    }

    /** A refusal in plain text, as a problem; any other answer as it is. */
    public static HttpResponse ofRefusal(HttpResponse response) {
        int status = response.status().intValue();
        if (status < 400 || !(response.entity() instanceof HttpEntity.Strict plain)) {
            return response;
        }
        if (plain.getContentType().equals(TYPE)) {
            return response;
        }
        var problem = of(status, codeOf(status), plain.getData().utf8String());
        return problem.response().addHeaders(response.getHeaders());
    }

    private static String codeOf(int status) {
        return switch (status) {
            case 404 -> "not-found";
            case 408 -> "too-slow";
            case 413 -> "too-large";
            default -> "bad-request";
        };
    }
}
