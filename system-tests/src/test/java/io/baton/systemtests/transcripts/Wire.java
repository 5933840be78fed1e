package io.baton.systemtests.transcripts;

import io.baton.systemtests.transcripts.Transcript.Message;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** HTTP by hand: each header goes out exactly as it was recorded. */
final class Wire implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    Wire(URI server) throws IOException {
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new java.io.BufferedInputStream(socket.getInputStream());
    }

    /** Says this, with the right length, and reads the whole answer. */
    static Message exchange(URI server, Message request) throws IOException {
        try (var wire = new Wire(server)) {
            wire.send(server, request);
            var head = wire.head();
            return head.with(wire.body(head));
        }
    }

    void send(URI server, Message request) throws IOException {
        var head = new StringBuilder(request.first()).append("\r\n");
        request.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Content-Length") && !name.equalsIgnoreCase("Host")) {
                head.append(name).append(": ").append(value).append("\r\n");
            }
        });
        head.append("Host: ").append(server.getAuthority()).append("\r\n");
        if (request.body().length > 0 || request.headers().containsKey("Content-Length")) {
            head.append("Content-Length: ").append(request.body().length).append("\r\n");
        }
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(request.body());
        socket.getOutputStream().write(bytes.toByteArray());
        socket.getOutputStream().flush();
    }

    private String line() throws IOException {
        var out = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended after '" + out + "'");
            }
            out.write(b);
        }
        return out.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    Message head() throws IOException {
        var text = new StringBuilder();
        for (var line = line(); !line.isEmpty(); line = line()) {
            text.append(line).append('\n');
        }
        return Message.parse(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private byte[] body(Message head) throws IOException {
        if (!head.header("Transfer-Encoding").equals("chunked")) {
            var length = head.header("Content-Length");
            return length.isEmpty() ? new byte[0] : in.readNBytes(Integer.parseInt(length));
        }
        var out = new ByteArrayOutputStream();
        for (var chunk = chunk(); chunk.length > 0; chunk = chunk()) {
            out.writeBytes(chunk);
        }
        return out.toByteArray();
    }

    /** The next chunk of a stream; empty for the last one. */
    byte[] chunk() throws IOException {
        var bytes = in.readNBytes(Integer.parseInt(line(), 16));
        line();
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
