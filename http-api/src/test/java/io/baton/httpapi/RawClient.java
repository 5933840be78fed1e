package io.baton.httpapi;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** HTTP by hand over a socket: what is sent is exactly what the test says. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    /** An answer whose body has been read, save for chunked ones. */
    public record Answer(int status, TreeMap<String, String> headers, String body) {
        public String header(String name) {
            return headers.get(name);
        }
    }

    private final Socket socket = new Socket();
    private final InputStream in;

    public RawClient(int port) throws IOException {
        this(port, 0);
    }

    /**
     * @param receiveBuffer in bytes; 0 for the system's choice
     */
    public RawClient(int port, int receiveBuffer) throws IOException {
        this("127.0.0.1", port, receiveBuffer);
    }

    /**
     * @param from another address of this host, such as 127.0.0.2: another client to the server
     */
    public RawClient(String from, int port, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new java.io.BufferedInputStream(socket.getInputStream());
    }

    public Socket socket() {
        return socket;
    }

    public RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** A call of the scheduler API with the right length. */
    public RawClient call(String json, String... headerLines) throws IOException {
        return post("/api/v1/scheduler", json, headerLines);
    }

    /** The same for any path. */
    public RawClient post(String path, String json, String... headerLines) throws IOException {
        return send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + (headerLines.length == 0 ? "" : String.join("\r\n", headerLines) + "\r\n") + "Content-Length: "
                + json.length() + "\r\n\r\n" + json);
    }

    private String line() throws IOException {
        var out = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("ended after '" + out + "'");
            }
            out.write(b);
        }
        return out.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** Reads the head of an answer, and its body if it has a length. */
    public Answer answer() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (var line = line(); !line.isEmpty(); line = line()) {
            headers.put(
                    line.substring(0, line.indexOf(':')),
                    line.substring(line.indexOf(':') + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
        return new Answer(status, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    /** The next chunk of a chunked answer; empty for the last one. */
    public byte[] chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        var bytes = in.readNBytes(size);
        line();
        return bytes;
    }

    /** The next chunk, which must be one record, without its length line. */
    public String record() throws IOException {
        var chunk = new String(chunk(), StandardCharsets.UTF_8);
        if (chunk.isEmpty()) {
            return "";
        }
        int feed = chunk.indexOf('\n');
        var payload = chunk.substring(feed + 1);
        if (Integer.parseInt(chunk.substring(0, feed)) != payload.length()) {
            throw new IOException("not one record: " + chunk);
        }
        return payload;
    }

    /** Whether the server has closed the connection, in good order or not, when it has sent nothing more. */
    public boolean ended() {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Vanishes: the server gets a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
