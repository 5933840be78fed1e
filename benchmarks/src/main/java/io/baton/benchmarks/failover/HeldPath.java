package io.baton.benchmarks.failover;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way to a TCP port on which what one side sends can be held and comes later, like packets that were under way for
 * long, whether its sender still lives or not. Of each connection some {@link #MOST_HELD} pieces are kept, then the sender
 * waits.
 */
final class HeldPath implements AutoCloseable {
    static final int MOST_HELD = 256;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int CONNECT_MILLIS = 2_000;
    private static final byte[] END = {};

    /** Whose bytes are held. */
    enum Sender {
        CALLER,
        CALLED
    }

    private final ServerSocket port;
    private final InetSocketAddress to;
    private final Sender slow;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private boolean held;

    /**
     * Opens one.
     *
     * @param at address to listen at, on any port
     */
    HeldPath(String at, InetSocketAddress to, Sender slow) throws IOException {
        this.port = new ServerSocket(0, 0, InetAddress.getByName(at));
        this.to = to;
        this.slow = slow;
        start("held path to " + to, this::accept);
    }

    int port() {
        return port.getLocalPort();
    }

    /** From now on nothing comes through from that sender; or what was held does, and what follows. */
    synchronized void hold(boolean now) {
        held = now;
        notifyAll();
    }

    private synchronized void awaitFree() throws InterruptedException {
        while (held) {
            wait();
        }
    }

    private static void start(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!port.isClosed()) {
            try {
                var caller = port.accept();
                var called = new Socket();
                open.add(caller);
                open.add(called);
                called.connect(to, CONNECT_MILLIS);
                pass(caller, called, slow == Sender.CALLER);
                pass(called, caller, slow == Sender.CALLED);
            } catch (IOException nobodyThere) {
                open.forEach(HeldPath::close);
            }
        }
    }

    private void pass(Socket from, Socket into, boolean slowly) {
        var pieces = new ArrayBlockingQueue<byte[]>(MOST_HELD);
        start("from " + from.getRemoteSocketAddress(), () -> read(from, pieces));
        start("to " + into.getRemoteSocketAddress(), () -> write(pieces, into, slowly));
    }

    private static void read(Socket from, BlockingQueue<byte[]> pieces) {
        var piece = new byte[PIECE_BYTES];
        try {
            try {
                for (int count = from.getInputStream().read(piece);
                        count >= 0;
                        count = from.getInputStream().read(piece)) {
                    pieces.put(Arrays.copyOf(piece, count));
                }
            } catch (IOException reset) {
                // It is over; what came before still counts.
            }
            pieces.put(END);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(BlockingQueue<byte[]> pieces, Socket into, boolean slowly) {
        try (into) {
            for (var piece = pieces.take(); piece != END; piece = pieces.take()) {
                if (slowly) {
                    awaitFree();
                }
                into.getOutputStream().write(piece);
            }
            if (slowly) {
                awaitFree();
            }
        } catch (IOException gone) {
            pieces.clear(); // Whoever reads for it must not wait for room.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(into);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            // It is.
        }
    }

    @Override
    public void close() throws IOException {
        hold(false);
        port.close();
        open.forEach(HeldPath::close);
    }
}
