package io.baton.sdk.wire;

import java.io.IOException;
import java.util.Locale;

/** Status line and those headers of a response that matter here. */
final class ResponseHead {
    /** Wait this long if {@code Retry-After} is there and is no number of seconds. */
    private static final long DEFAULT_RETRY_MILLIS = 1_000;

    private static final long MAX_RETRY_MILLIS = 300_000;

    private final int status;
    private boolean close;
    private boolean chunked;
    private long length = -1;
    private String location = "";
    private String streamId = "";
    private String contentType = "";
    private long retryAfterMillis;

    private ResponseHead(int status, boolean close) {
        this.status = status;
        this.close = close;
    }

    /** @throws IOException if this is no HTTP/1.x status line */
    static ResponseHead ofStatusLine(String line) throws IOException {
        if (!line.startsWith("HTTP/1.") || line.length() < 12) {
            throw new IOException("not an HTTP/1.1 answer: " + Text.shortened(line));
        }
        try {
            return new ResponseHead(Integer.parseInt(line.substring(9, 12)), line.startsWith("HTTP/1.0"));
        } catch (NumberFormatException noStatus) {
            throw new IOException("not an HTTP status line: " + Text.shortened(line), noStatus);
        }
    }

    void header(String line) throws IOException {
        var colon = line.indexOf(':');
        if (colon < 1) {
            throw new IOException("not an HTTP header: " + Text.shortened(line));
        }
        var value = line.substring(colon + 1).strip();
        switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "content-length" -> length = contentLength(value);
            case "transfer-encoding" -> chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
            case "connection" -> close |= value.equalsIgnoreCase("close");
            case "location" -> location = value;
            case "mesos-stream-id" -> streamId = value;
            case "content-type" -> contentType = value;
            case "retry-after" -> retryAfterMillis = retryMillis(value);
            default -> {}
        }
    }

    private static long contentLength(String value) throws IOException {
        try {
            var length = Long.parseLong(value);
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException notNumber) {
            throw new IOException("not a Content-Length: " + Text.shortened(value), notNumber);
        }
        throw new IOException("not a Content-Length: " + Text.shortened(value));
    }

    private static long retryMillis(String value) {
        try {
            return Math.max(0, Math.min(MAX_RETRY_MILLIS, (long) (Double.parseDouble(value) * 1_000)));
        } catch (NumberFormatException date) {
            return DEFAULT_RETRY_MILLIS;
        }
    }

    int status() {
        return status;
    }

    boolean close() {
        return close;
    }

    boolean chunked() {
        return chunked;
    }

    /** The body's length; -1 if not said. */
    long length() {
        return length;
    }

    String location() {
        return location;
    }

    String streamId() {
        return streamId;
    }

    String contentType() {
        return contentType;
    }

    long retryAfterMillis() {
        return retryAfterMillis;
    }
}
