package io.baton.testkit.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One accepted connection: requests come in turn, each is answered before the next is read. */
public final class Connection implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int LINE_BYTES = 16 * 1024;
    private static final int HEADERS = 200;
    private static final int BODY_BYTES = 64 << 20;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), LINE_BYTES);
        out = socket.getOutputStream();
    }

    /** The next request; null if the client closed the connection instead. */
    Request read() throws IOException {
        var first = line();
        if (first == null) {
            return null;
        }
        var parts = first.split(" ", -1);
        if (parts.length != 3) {
            throw new IOException("not a request line: " + first);
        }
        var headers = new TreeMap<String, String>();
        for (var line = line(); line != null && !line.isEmpty(); line = line()) {
            var colon = line.indexOf(':');
            if (colon < 1 || headers.size() == HEADERS) {
                throw new IOException("not a header: " + line);
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        var target = URI.create(parts[1]);
        var query = target.getRawQuery() == null ? "" : target.getRawQuery();
        return new Request(parts[0], target.getPath(), target.getRawPath(), query, headers, body(headers));
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").endsWith("chunked")) {
            return chunkedBody();
        }
        return exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    private byte[] chunkedBody() throws IOException {
        var body = new ByteArrayOutputStream();
        for (var size = chunkSize(); size > 0; size = chunkSize()) {
            body.write(exactly(size));
            if (body.size() > BODY_BYTES) {
                throw new IOException("a body of more than " + BODY_BYTES + " bytes");
            }
            line();
        }
        line();
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        var line = line();
        if (line == null) {
            throw new EOFException("closed inside a body");
        }
        return Integer.parseInt(line.split(";", 2)[0].strip(), 16);
    }

    private byte[] exactly(int length) throws IOException {
        if (length < 0 || length > BODY_BYTES) {
            throw new IOException("a body of " + length + " bytes");
        }
        var bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("closed inside a body");
        }
        return bytes;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString().stripTrailing();
            }
            if (line.length() == LINE_BYTES) {
                throw new IOException("a line of more than " + LINE_BYTES + " bytes");
            }
            line.append((char) next);
        }
        return null;
    }

    /** Answers with a status, further headers (each a line without its end) and a text, which may be empty. */
    public void answer(int status, String text, String... headers) throws IOException {
        answer(status, text.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** As {@link #answer(int, String, String...)}, with any bytes. */
    public void answer(int status, byte[] body, String... headers) throws IOException {
        var head = head(status, headers)
                .append("Content-Length: ")
                .append(body.length)
                .append("\r\n\r\n");
        var bytes = new ByteArrayOutputStream();
        bytes.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.write(body);
        out.write(bytes.toByteArray());
        out.flush();
    }

    /** Begins an answer of chunks. */
    public void beginChunks(int status, String... headers) throws IOException {
        var head = head(status, headers).append("Transfer-Encoding: chunked\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Writes these bytes as one chunk. */
    public void chunk(byte[] bytes) throws IOException {
        var head = (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        var whole = new byte[head.length + bytes.length + 2];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(bytes, 0, whole, head.length, bytes.length);
        whole[whole.length - 2] = '\r';
        whole[whole.length - 1] = '\n';
        out.write(whole);
        out.flush();
    }

    /**
     * Watches for the client closing the connection, which the writing side would only notice at its next write.
     *
     * @param action done once, on a thread of its own; nothing more is to be read then
     */
    public void onEnd(Runnable action) {
        var thread = new Thread(
                () -> {
                    try {
                        in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        LOG.debug("a connection broke", e);
                    }
                    action.run();
                },
                Thread.currentThread().getName() + "-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends an answer of chunks. */
    public void endChunks() throws IOException {
        out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Ends the connection as it is, in the middle of whatever goes on. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static StringBuilder head(int status, String... headers) {
        var head = new StringBuilder("HTTP/1.1 ").append(status).append(' ').append(reason(status));
        for (var header : headers) {
            head.append("\r\n").append(header);
        }
        return head.append("\r\n");
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 307 -> "Temporary Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 410 -> "Gone";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            case 429 -> "Too Many Requests";
            case 503 -> "Service Unavailable";
            default -> "Status";
        };
    }
}
