package io.baton.httpapi.codec;

import io.baton.protocol.codec.Encoding;
import java.util.Locale;
import java.util.Optional;

/** Reads an Accept header the way Mesos does: JSON is tried first, then protobuf. */
public final class Accept {
    private Accept() {}

    /**
     * The encoding of the answer.
     *
     * @param header several headers joined by commas; empty if there was none, which means JSON
     * @return empty if the client will have neither
     */
    public static Optional<Encoding> encoding(Optional<String> header) {
        if (header.isEmpty() || header.get().isBlank()) {
            return Optional.of(Encoding.JSON);
        }
        for (var encoding : Encoding.values()) {
            if (allows(header.get(), encoding.contentType())) {
                return Optional.of(encoding);
            }
        }
        return Optional.empty();
    }

    /** Whether a list of media ranges allows a media type. The most exact range decides; a weight of 0 forbids. */
    public static boolean allows(String header, String mediaType) {
        var anyOfKind = mediaType.substring(0, mediaType.indexOf('/') + 1) + "*";
        int best = 0;
        boolean allowed = false;
        for (var range : header.split(",", -1)) {
            var parts = range.split(";", -1);
            var name = parts[0].strip().toLowerCase(Locale.ROOT);
            int exactness = name.equals(mediaType) ? 3 : name.equals(anyOfKind) ? 2 : name.equals("*/*") ? 1 : 0;
            if (exactness > best || (exactness == best && exactness > 0 && !allowed)) {
                best = exactness;
                allowed = weight(parts) > 0;
            }
        }
        return allowed;
    }

    /** Whether the client takes a gzipped answer. */
    public static boolean gzip(Optional<String> acceptEncoding) {
        if (acceptEncoding.isEmpty()) {
            return false;
        }
        boolean any = false;
        for (var coding : acceptEncoding.get().split(",", -1)) {
            var parts = coding.split(";", -1);
            var name = parts[0].strip().toLowerCase(Locale.ROOT);
            if (name.equals("gzip") || name.equals("x-gzip")) {
                return weight(parts) > 0;
            }
            any |= name.equals("*") && weight(parts) > 0;
        }
        return any;
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            var parameter = parts[i].strip().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    return 1; // a weight that is no number is no reason to refuse a client
                }
            }
        }
        return 1;
    }
}
