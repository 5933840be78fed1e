package io.baton.httpapi.codec;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The parameters of a query string or a form body: of a repeated name the first counts. */
public final class Query {
    /** Most parameters that are looked at. */
    static final int MAX_PARAMETERS = 100;

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /**
     * @param text such as {@code path=%2Fa&offset=0}, without question mark
     * @throws BadParameterException if it is wrongly percent-encoded
     */
    public static Query parse(String text) {
        var values = new LinkedHashMap<String, String>();
        for (var pair : text.split("&", MAX_PARAMETERS)) {
            int sign = pair.indexOf('=');
            var name = decoded(sign < 0 ? pair : pair.substring(0, sign));
            if (!name.isEmpty()) {
                values.putIfAbsent(name, sign < 0 ? "" : decoded(pair.substring(sign + 1)));
            }
        }
        return new Query(values);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadParameterException(
                    "The path or a parameter is not percent-encoded as it should be: a '%' needs two hexadecimal digits");
        }
    }

    /**
     * A part of a path, where a plus sign is a plus sign.
     *
     * @throws BadParameterException if it is wrongly percent-encoded
     */
    public static String decodedPath(String part) {
        return decoded(part.replace("+", "%2B"));
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Whether a parameter is there and says yes: {@code true}, {@code 1} or nothing. */
    public boolean flag(String name) {
        var value = values.get(name);
        return value != null && (value.isEmpty() || value.equals("true") || value.equals("1"));
    }

    /**
     * A whole number.
     *
     * @return empty if the parameter is not there
     * @throws BadParameterException if it is not a number
     */
    public OptionalLong number(String name) {
        var value = values.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(value.strip()));
        } catch (NumberFormatException e) {
            throw new BadParameterException("Failed to parse '" + name + "': expecting a whole number");
        }
    }
}
