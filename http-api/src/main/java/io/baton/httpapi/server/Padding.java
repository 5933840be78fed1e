package io.baton.httpapi.server;

import io.baton.httpapi.codec.BadParameterException;
import io.baton.httpapi.codec.Replies;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.util.ByteString;

/**
 * The call of a function around an answer, for pages that load it as a script.
 *
 * @param function its name; empty for none
 */
public record Padding(String function) {
    /** Nothing but a name, since it comes back as code. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$.]{0,99}");

    private static final ContentType SCRIPT = MediaTypes.customWithFixedCharset(
                    "text", "javascript", HttpCharsets.UTF_8, Map.of(), false)
            .toContentType();

    /**
     * @throws BadParameterException if the parameter {@code jsonp} is no name of a function
     */
    public static Padding of(Exchange exchange) {
        var function = exchange.query().text("jsonp").orElse("");
        if (!function.isEmpty() && !NAME.matcher(function).matches()) {
            throw new BadParameterException("'jsonp' must be the name of a function");
        }
        return new Padding(function);
    }

    public HttpResponse answer(ByteString json) {
        if (function.isEmpty()) {
            return Replies.json(json);
        }
        return Replies.body(
                SCRIPT, ByteString.fromString(function + "(").concat(json).concat(ByteString.fromString(")")));
    }
}
