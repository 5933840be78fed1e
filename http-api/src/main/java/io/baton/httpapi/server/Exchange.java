package io.baton.httpapi.server;

import io.baton.httpapi.codec.Query;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * One request and the connection it came on.
 *
 * @param path decoded, normal: without the prefix of the process, without doubled or trailing slashes; the root is empty
 */
public record Exchange(HttpRequest request, String path, Connection connection) {
    public String method() {
        return request.method().name();
    }

    /** All headers of this name, joined by commas. Names have no case. */
    public Optional<String> header(String name) {
        String joined = null;
        for (var header : request.getHeaders()) {
            if (header.name().equalsIgnoreCase(name)) {
                joined = joined == null ? header.value() : joined + "," + header.value();
            }
        }
        return Optional.ofNullable(joined);
    }

    /**
     * @throws io.baton.httpapi.codec.BadParameterException if the query string is wrongly encoded
     */
    public Query query() {
        return Query.parse(request.getUri().rawQueryString().orElse(""));
    }
}
