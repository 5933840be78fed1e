package io.baton.benchmarks.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection of a client that costs as little as it can: plain sockets, bodies read and thrown away. */
final class Exchange implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;

    Exchange(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /** A request with everything but its length. */
    void send(String head, byte[] body) throws IOException {
        var text = head + "Host: localhost\r\nContent-Length: " + body.length + "\r\n\r\n";
        var start = text.getBytes(StandardCharsets.US_ASCII);
        var all = new byte[start.length + body.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        socket.getOutputStream().write(all);
    }

    /** The headers of the answer, names in small letters, the status as {@code :status}. */
    Map<String, String> head() throws IOException {
        var headers = new TreeMap<String, String>();
        headers.put(":status", line().split(" ", 3)[1]);
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    /** Reads a whole answer and throws it away. */
    long answer(int status) throws IOException {
        var head = head();
        if (Integer.parseInt(head.get(":status")) != status) {
            throw new IOException("answered " + head.get(":status") + ", not " + status);
        }
        long length = Long.parseLong(head.getOrDefault("content-length", "0"));
        skip(length);
        return length;
    }

    void skip(long length) throws IOException {
        for (long left = length; left > 0; ) {
            if (from == to) {
                fill();
            }
            int some = (int) Math.min(to - from, left);
            from += some;
            left -= some;
        }
    }

    private void fill() throws IOException {
        from = 0;
        to = Math.max(0, in.read(buffer));
        if (to == 0) {
            throw new EOFException("the connection has ended");
        }
    }

    private byte[] bytes(int count) throws IOException {
        var out = new byte[count];
        for (int done = 0; done < count; ) {
            if (from == to) {
                fill();
            }
            int some = Math.min(to - from, count - done);
            System.arraycopy(buffer, from, out, done, some);
            from += some;
            done += some;
        }
        return out;
    }

    /** The payload of the next record of a stream: one chunk each. */
    byte[] record() throws IOException {
        var chunk = bytes(size());
        skip(2);
        int start = 0;
        while (chunk[start] != '\n') {
            start++;
        }
        return java.util.Arrays.copyOfRange(chunk, start + 1, chunk.length);
    }

    /** Passes over the next record. */
    void skipRecord() throws IOException {
        skip(size() + 2);
    }

    /** Of the next chunk. */
    private int size() throws IOException {
        int size = 0;
        for (int c = next(); c != '\n'; c = next()) {
            if (c != '\r') {
                size = 16 * size + Character.digit(c, 16);
            }
        }
        if (size == 0) {
            throw new EOFException("the stream has ended");
        }
        return size;
    }

    private int next() throws IOException {
        if (from == to) {
            fill();
        }
        return buffer[from++];
    }

    private String line() throws IOException {
        var out = new StringBuilder();
        for (int c = next(); c != '\n'; c = next()) {
            if (c != '\r') {
                out.append((char) c);
            }
        }
        return out.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
