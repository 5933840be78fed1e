package io.baton.systemtests.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A TCP connection: what is said arrives in order, late if need be, or the connection ends. Each end learns of the end
 * by itself.
 *
 * @param <U> what the client says
 * @param <D> what the server says
 */
final class Link<U, D> {
    private final Lane<U> up;
    private final Lane<D> down;
    private final Node client;
    private final Node server;

    /** One direction. */
    private final class Lane<F> {
        private final Node from;
        private final Node to;
        private final int receiver;
        private final Deque<Optional<F>> frames = new ArrayDeque<>();
        private Consumer<F> listener = frame -> {};
        private Runnable closed = () -> {};
        private boolean sending = true;
        private boolean receiving = true;
        private long last;

        Lane(Node from, Node to) {
            this.from = from;
            this.to = to;
            this.receiver = to.incarnation();
        }

        void send(Optional<F> frame) {
            if (sending) {
                frames.add(frame);
                long at = Math.max(
                        from.world.agenda().now() + from.world.network().delay(), last);
                last = at;
                from.world.agenda().in(at - from.world.agenda().now(), this::arrive);
            }
        }

        private void arrive() {
            if (!from.world.network().reaches(from, to)) {
                from.world.agenda().in(Network.RETRANSMIT_MILLIS, this::arrive);
                return;
            }
            var frame = frames.poll();
            if (frame != null) {
                to.run(receiver, () -> hear(frame));
            }
        }

        private void hear(Optional<F> frame) {
            if (!receiving) {
                return;
            }
            if (frame.isPresent()) {
                listener.accept(frame.get());
            } else {
                over();
            }
        }

        void over() {
            if (receiving) {
                receiving = false;
                to.closed(Link.this);
                closed.run();
            }
        }
    }

    Link(Node client, Node server) {
        this.client = client;
        this.server = server;
        this.up = new Lane<>(client, server);
        this.down = new Lane<>(server, client);
        client.opened(this);
        server.opened(this);
    }

    Node server() {
        return server;
    }

    void onServer(Consumer<U> frames, Runnable closed) {
        up.listener = frames;
        up.closed = closed;
    }

    void onClient(Consumer<D> frames, Runnable closed) {
        down.listener = frames;
        down.closed = closed;
    }

    void up(U frame) {
        up.send(Optional.of(frame));
    }

    void down(D frame) {
        down.send(Optional.of(frame));
    }

    /** The client hears nothing more; the server is told, if the network can. */
    void closeByClient() {
        down.receiving = false;
        client.closed(this);
        up.send(Optional.empty());
        up.sending = false;
    }

    /** As {@link #closeByClient}; the server's own listener is told at once. */
    void closeByServer() {
        down.send(Optional.empty());
        down.sending = false;
        up.over();
    }

    /** A reset: what is under way is lost, both ends are told. */
    void tear() {
        up.frames.clear();
        down.frames.clear();
        up.send(Optional.empty());
        down.send(Optional.empty());
        up.sending = false;
        down.sending = false;
    }

    void crashed(Node node, boolean silently) {
        var theirs = node == client ? up : down;
        if (!silently) {
            theirs.send(Optional.empty());
        }
        theirs.sending = false;
        (node == client ? down : up).receiving = false;
    }
}
