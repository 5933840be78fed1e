package io.baton.httpapi.server;

import io.baton.core.security.ExecutorIdentity;
import io.baton.httpapi.codec.Query;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * One request and the connection it came on.
 *
 * @param path normal: without the prefix of the process, without doubled or trailing slashes; the root is empty. What
 *     need not be percent-encoded is not; the rest still is: see {@link #parts}.
 * @param caller who sends it, where that has to be said
 */
public record Exchange(HttpRequest request, String path, Connection connection, Caller caller) {
    /** What the library writes where a body is of no said type. */
    private static final ContentType NONE =
            org.apache.pekko.http.scaladsl.model.ContentTypes.application$divoctet$minusstream();

    /** Whom a request comes from, where that has to be said; at most one of the two. */
    public record Caller(Optional<String> principal, Optional<ExecutorIdentity> executor) {
        static final Caller ANYONE = new Caller(Optional.empty(), Optional.empty());
    }

    /** The framework or operator that sends it, where that has to be said. */
    public Optional<String> principal() {
        return caller.principal();
    }

    /** The executor that sends it, if it has shown a token. */
    public Optional<ExecutorIdentity> executor() {
        return caller.executor();
    }

    public String method() {
        return request.method().name();
    }

    /** All headers of this name, joined by commas. Names have no case. */
    public Optional<String> header(String name) {
        return header(request, name);
    }

    static Optional<String> header(HttpRequest request, String name) {
        String joined = null;
        for (var header : request.getHeaders()) {
            if (header.name().equalsIgnoreCase(name)) {
                joined = joined == null ? header.value() : joined + "," + header.value();
            }
        }
        return Optional.ofNullable(joined);
    }

    /**
     * What the client calls its body; empty if it says nothing. The HTTP library takes the header out of the others, save
     * one that it cannot read, and puts a constant of its own in the place of one that is not there.
     */
    @SuppressWarnings("ReferenceEquality") // an equal one that is not the constant was sent
    public Optional<String> contentType() {
        var type = request.entity().getContentType();
        boolean sent = type != NONE && !type.equals(ContentTypes.NO_CONTENT_TYPE);
        return header("Content-Type")
                .or(() -> Optional.of(type.mediaType().toString()).filter(ours -> sent));
    }

    /**
     * The decoded parts of the path below another one, such as {@code [F, T, kill]}. A slash in one of them has come
     * encoded.
     */
    public List<String> parts(String below) {
        return Stream.of(path.substring(below.length()).split("/", -1))
                .map(Query::decodedPath)
                .toList();
    }

    /**
     * @throws io.baton.httpapi.codec.BadParameterException if the query string is wrongly encoded
     */
    public Query query() {
        return Query.parse(request.getUri().rawQueryString().orElse(""));
    }
}
