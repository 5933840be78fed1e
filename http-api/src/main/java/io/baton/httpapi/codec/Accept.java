package io.baton.httpapi.codec;

import io.baton.protocol.codec.Encoding;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads an Accept header the way Mesos does: JSON is tried first, then protobuf. */
public final class Accept {
    private static final Pattern BLANKS = Pattern.compile("[ \t]");

    private Accept() {}

    /**
     * The encoding of the answer.
     *
     * @param header several headers joined by commas; empty if there was none, which means JSON
     * @return empty if the client will have neither
     */
    public static Optional<Encoding> encoding(Optional<String> header) {
        for (var encoding : Encoding.values()) {
            if (header.isEmpty() || allows(header.get(), encoding.contentType())) {
                return Optional.of(encoding);
            }
        }
        return Optional.empty();
    }

    /**
     * Whether a list of media ranges allows a media type. The most exact range decides, of several of them the first; a
     * weight of 0, or one that is no number, forbids.
     */
    public static boolean allows(String header, String mediaType) {
        var anyOfKind = mediaType.substring(0, mediaType.indexOf('/') + 1) + "*";
        return weight(header, mediaType)
                        .or(() -> weight(header, anyOfKind))
                        .or(() -> weight(header, "*/*"))
                        .orElse(0.0)
                > 0;
    }

    /** Whether the client takes a gzipped answer. */
    public static boolean gzip(Optional<String> acceptEncoding) {
        return acceptEncoding
                        .flatMap(header -> weight(header, "gzip")
                                .or(() -> weight(header, "x-gzip"))
                                .or(() -> weight(header, "*")))
                        .orElse(0.0)
                > 0;
    }

    /** The weight that a list gives to a name first; empty if the name is not in it. */
    private static Optional<Double> weight(String list, String name) {
        for (var range : BLANKS.matcher(list).replaceAll("").split(",", -1)) {
            var parts = range.split(";", -1);
            if (parts[0].equalsIgnoreCase(name)) {
                return Optional.of(weight(parts));
            }
        }
        return Optional.empty();
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            boolean weight = parts[i].regionMatches(true, 0, "q=", 0, 2);
            if (weight && parts[i].length() > 2) {
                try {
                    return Double.parseDouble(parts[i].substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
