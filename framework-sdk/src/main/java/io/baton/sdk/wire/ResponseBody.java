package io.baton.sdk.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of one response: chunked, of a known length, or all until the connection ends. */
final class ResponseBody extends InputStream {
    private static final int LINE_BYTES = 4096;
    private static final int MAX_SIZE_DIGITS = 15;

    private final HttpConnection connection;
    private final boolean chunked;
    /** Bytes left of the chunk or the body; -1 if only the end of the connection will tell. */
    private long left;

    private boolean ended;

    ResponseBody(HttpConnection connection, ResponseHead head) {
        this.connection = connection;
        this.chunked = head.chunked();
        this.left = chunked || head.status() == 204 || head.status() == 304 ? 0 : head.length();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Returns at most what is left of a chunk, as soon as anything is there. */
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (ended || length == 0) {
            return ended ? -1 : 0;
        }
        if (left == 0 && !nextChunk()) {
            ended = true;
            return -1;
        }
        var count = connection.read(into, offset, left < 0 ? length : (int) Math.min(length, left));
        if (count < 0) {
            ended = true;
            if (left < 0) {
                return -1;
            }
            throw new EOFException("the connection was closed inside an answer");
        }
        if (left > 0) {
            left -= count;
            if (chunked && left == 0 && !connection.readLine(LINE_BYTES).isEmpty()) {
                throw new IOException("a chunk is longer than its size says");
            }
        }
        return count;
    }

    private boolean nextChunk() throws IOException {
        if (!chunked) {
            return false;
        }
        left = size(connection.readLine(LINE_BYTES));
        if (left > 0) {
            return true;
        }
        while (!connection.readLine(LINE_BYTES).isEmpty()) {
            // A trailer: nothing of interest.
        }
        return false;
    }

    private static long size(String line) throws IOException {
        var semicolon = line.indexOf(';');
        var digits = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
        try {
            if (!digits.isEmpty() && digits.length() <= MAX_SIZE_DIGITS && Character.digit(digits.charAt(0), 16) >= 0) {
                return Long.parseLong(digits, 16);
            }
        } catch (NumberFormatException notHex) {
            throw new IOException("not the size of a chunk: " + Text.shortened(line), notHex);
        }
        throw new IOException("not the size of a chunk: " + Text.shortened(line));
    }
}
