package io.baton.httpapi.store;

import io.baton.httpapi.codec.BadParameterException;
import io.baton.httpapi.server.Exchange;
import java.util.OptionalLong;

/** Entity tags of values: a version in quotes. */
final class Conditions {
    private Conditions() {}

    static String tag(long version) {
        return '"' + Long.toString(version) + '"';
    }

    /**
     * The version that must be the present one for a write: from {@code If-Match: "7"}, or 0 from
     * {@code If-None-Match: *}.
     *
     * @return empty if the request has no condition
     * @throws BadParameterException if it has one that is not understood: it must not be passed over
     */
    static OptionalLong ofWrite(Exchange exchange) {
        var match = exchange.header("If-Match");
        var none = exchange.header("If-None-Match");
        if (match.isPresent() && none.isPresent()) {
            throw new BadParameterException("Expecting 'If-Match' or 'If-None-Match', not both");
        }
        if (none.isPresent()) {
            if (!none.get().strip().equals("*")) {
                throw new BadParameterException(
                        "Expecting 'If-None-Match: *', which writes only where there is no value yet");
            }
            return OptionalLong.of(0);
        }
        return match.isPresent() ? OptionalLong.of(version("If-Match", match.get())) : OptionalLong.empty();
    }

    /** The version that the reader has already, from {@code If-None-Match: "7"}. */
    static OptionalLong ofRead(Exchange exchange) {
        var none = exchange.header("If-None-Match");
        return none.isPresent() ? OptionalLong.of(version("If-None-Match", none.get())) : OptionalLong.empty();
    }

    private static long version(String header, String text) {
        var tag = text.strip();
        try {
            if (tag.length() > 2 && tag.startsWith("\"") && tag.endsWith("\"")) {
                long version = Long.parseLong(tag.substring(1, tag.length() - 1));
                if (version > 0) {
                    return version;
                }
            }
        } catch (NumberFormatException notANumber) {
            // Refused below.
        }
        throw new BadParameterException("Expecting '" + header
                + "' to be one tag such as \"7\", the ETag of a value, in its quotes; several tags, weak ones and '*'"
                + " are not supported here");
    }
}
