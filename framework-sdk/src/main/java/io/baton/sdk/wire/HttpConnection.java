package io.baton.sdk.wire;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One HTTP/1.1 connection: write a request, read its response, perhaps again.
 *
 * <p>Blocking, used by one thread at a time. {@link #close} may be called by any thread and ends whatever waits.
 */
final class HttpConnection implements Closeable {
    /** The largest head of a response. */
    static final int HEAD_BYTES = 64 * 1024;

    private static final int BUFFER_BYTES = 16 * 1024;

    private final Socket plain;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;

    private HttpConnection(Socket plain, Socket used) throws IOException {
        this.plain = plain;
        this.in = used.getInputStream();
        this.out = used.getOutputStream();
    }

    /**
     * Connects; with TLS if the scheme is https.
     *
     * @throws IOException if that fails or takes too long; nothing was sent then
     */
    static HttpConnection open(URI endpoint, Duration limit, SSLContext tls) throws IOException {
        var secure = endpoint.getScheme().equals("https");
        var port = endpoint.getPort() >= 0 ? endpoint.getPort() : secure ? 443 : 80;
        var address = new InetSocketAddress(endpoint.getHost(), port);
        if (address.isUnresolved()) {
            throw new UnknownHostException(endpoint.getHost());
        }
        var plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setKeepAlive(true);
            plain.connect(address, (int) limit.toMillis());
            return new HttpConnection(plain, secure ? secured(plain, endpoint.getHost(), port, limit, tls) : plain);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static Socket secured(Socket plain, String host, int port, Duration limit, SSLContext tls)
            throws IOException {
        var secured = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true);
        var parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        plain.setSoTimeout((int) limit.toMillis());
        secured.startHandshake();
        plain.setSoTimeout(0);
        return secured;
    }

    void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        out.flush();
    }

    /** Reads status line and headers; interim answers (1xx) are skipped. */
    ResponseHead readHead() throws IOException {
        while (true) {
            var head = ResponseHead.ofStatusLine(readLine(HEAD_BYTES));
            var room = HEAD_BYTES;
            for (var line = readLine(room); !line.isEmpty(); line = readLine(room)) {
                head.header(line);
                room -= line.length();
            }
            if (head.status() >= 200) {
                return head;
            }
        }
    }

    /** The body of the response whose head was just read. */
    InputStream body(ResponseHead head) {
        return new ResponseBody(this, head);
    }

    /** Reads one line, without its end. */
    String readLine(int limit) throws IOException {
        StringBuilder longLine = null;
        while (true) {
            for (var i = from; i < to; i++) {
                if (buffer[i] == '\n') {
                    var end = i > from && buffer[i - 1] == '\r' ? i - 1 : i;
                    var part = new String(buffer, from, end - from, StandardCharsets.ISO_8859_1);
                    from = i + 1;
                    return longLine == null
                            ? part
                            : longLine.append(part).toString().stripTrailing();
                }
            }
            longLine = longLine == null ? new StringBuilder() : longLine;
            longLine.append(new String(buffer, from, to - from, StandardCharsets.ISO_8859_1));
            if (longLine.length() > limit) {
                throw new IOException("a line of the HTTP answer is over the limit of " + limit + " bytes");
            }
            if (!fill()) {
                throw new EOFException("the connection was closed before the answer was complete");
            }
        }
    }

    /** As {@link InputStream#read(byte[], int, int)}. */
    int read(byte[] into, int offset, int length) throws IOException {
        if (from == to && !fill()) {
            return -1;
        }
        var count = Math.min(length, to - from);
        System.arraycopy(buffer, from, into, offset, count);
        from += count;
        return count;
    }

    private boolean fill() throws IOException {
        var count = in.read(buffer, 0, buffer.length);
        from = 0;
        to = Math.max(0, count);
        return count > 0;
    }

    /** Ends the connection at once, without the farewell of TLS, for which a stuck writer would have to be waited. */
    @Override
    public void close() throws IOException {
        plain.close();
    }
}
