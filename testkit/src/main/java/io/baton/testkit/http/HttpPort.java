package io.baton.testkit.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port on loopback; each connection has a thread, which calls the handler with every request. */
public final class HttpPort implements Closeable {
    /** Answers requests. */
    @FunctionalInterface
    public interface Handler {
        /** Answers one request, or fails, which closes the connection. */
        void handle(Request request, Connection connection) throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);
    private static final int BACKLOG = 1_000;

    private final ServerSocket server;
    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private volatile boolean closed;

    /**
     * Opens a port.
     *
     * @param port 0 for any free one
     * @param tls null for none
     */
    public HttpPort(int port, SSLContext tls, Handler handler) {
        this.handler = handler;
        try {
            server = tls == null
                    ? new ServerSocket()
                    : tls.getServerSocketFactory().createServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " cannot be opened", e);
        }
        start(this::accept, "accept");
    }

    /** The port's number. */
    public int number() {
        return server.getLocalPort();
    }

    /** How many connections were made to it so far. */
    public long accepted() {
        return accepted.get();
    }

    /** Closes the port and breaks all its connections. */
    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("closing a port failed", e);
        }
        open.forEach(HttpPort::breakOff);
    }

    private void accept() {
        while (!closed) {
            try {
                var socket = server.accept();
                accepted.incrementAndGet();
                open.add(socket);
                start(() -> serve(socket), "connection-" + accepted.get());
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("accepting a connection failed", e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try {
            var connection = new Connection(socket);
            for (var request = connection.read(); request != null; request = connection.read()) {
                handler.handle(request, connection);
                if (request.header("connection").equalsIgnoreCase("close")) {
                    break;
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("a connection ended", e);
        } finally {
            open.remove(socket);
            breakOff(socket);
        }
    }

    private static void breakOff(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing a connection failed", e);
        }
    }

    private void start(Runnable task, String what) {
        var thread = new Thread(task, "fake-master-" + server.getLocalPort() + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }
}
