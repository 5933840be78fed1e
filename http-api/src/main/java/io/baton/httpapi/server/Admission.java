package io.baton.httpapi.server;

import io.baton.core.security.AddressBlock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who may open one more connection, and whose quiet one has to go for it. Clients keep connections that they may need
 * later, and rely on finding them open: so none is closed for being quiet but to make room, and those that were quiet
 * longest go first. Safe for threads.
 */
final class Admission {
    enum Verdict {
        ADMITTED,
        FULL,
        ADDRESS_FULL
    }

    /** Whoever has fewer connections finds room where others find none: an operator, while somebody takes all there are. */
    private static final int FEW = 10;
    /** A twentieth of all connections is kept for them. */
    private static final int KEPT = 20;
    /** One look for quiet ones finds a hundredth of all at most. */
    private static final int SHARE = 100;
    /** After a look in vain. */
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(100).toNanos();

    private static final Comparator<Quiet> FIRST_TO_GO = Comparator.comparing(Quiet::served)
            .thenComparing(Comparator.comparing(Quiet::nanos).reversed());

    private record Quiet(Connection connection, boolean served, long nanos) {}

    /** All connections, or those of one address. */
    private static final class Group {
        private final Set<Connection> open = new LinkedHashSet<>();
        private final Set<Connection> served = new LinkedHashSet<>();
        private final Deque<Connection> quiet = new ArrayDeque<>();
        private boolean inVain;
        private long looked;
    }

    private final HttpConfig.Limits limits;
    private final long patience;
    private final Group everyone = new Group();
    private final Map<InetAddress, Group> clients = new HashMap<>();

    /**
     * @param patience how long a connection has been quiet at least before it may go for another
     */
    Admission(HttpConfig.Limits limits, Duration patience) {
        this.limits = limits;
        this.patience = patience.toNanos();
    }

    /**
     * Counts a connection if it is admitted; then {@link #release} is due when it ends. It may have been admitted in the
     * place of one that is told to end, and that counts until it has.
     *
     * @param now by {@link System#nanoTime}
     */
    synchronized Verdict admit(Connection connection, long now) {
        var key = AddressBlock.of(connection.remote());
        var client = clients.computeIfAbsent(key, address -> new Group());
        int most = connection.remote().isLoopbackAddress()
                ? limits.connectionsFromLoopback()
                : limits.connectionsPerAddress();
        int all = client.open.size() < FEW ? limits.connections() : limits.connections() - limits.connections() / KEPT;
        var verdict = Verdict.ADMITTED;
        if (client.open.size() >= most && !makeRoom(client, now)) {
            verdict = Verdict.ADDRESS_FULL;
        } else if (everyone.open.size() >= all && client.open.size() < most && !makeRoom(everyone, now)) {
            verdict = Verdict.FULL;
        } else {
            client.open.add(connection);
            everyone.open.add(connection);
        }
        if (client.open.isEmpty()) {
            clients.remove(key);
        }
        return verdict;
    }

    private boolean makeRoom(Group group, long now) {
        if (group.quiet.isEmpty() && (!group.inVain || now - group.looked >= LOOK_AGAIN_NANOS)) {
            look(group, now);
        }
        while (!group.quiet.isEmpty()) {
            var next = group.quiet.poll();
            if (group.open.contains(next) && next.quiet(now) >= patience && next.retire()) {
                return true;
            }
        }
        return false;
    }

    private void look(Group group, long now) {
        group.open.stream()
                .map(connection -> new Quiet(connection, connection.served(), connection.quiet(now)))
                .filter(quiet -> quiet.nanos() >= patience)
                .sorted(FIRST_TO_GO)
                .limit(Math.max(1, group.open.size() / SHARE))
                .forEach(quiet -> group.quiet.add(quiet.connection()));
        group.looked = now;
        group.inVain = group.quiet.isEmpty();
    }

    /** It has carried a request that was answered. */
    synchronized void served(Connection connection) {
        var client = clients.get(AddressBlock.of(connection.remote()));
        if (client != null && client.open.contains(connection)) {
            client.served.add(connection);
        }
    }

    /** Whether some connection of this one's address has: clients open one more before they need it. */
    synchronized boolean knows(Connection connection) {
        var client = clients.get(AddressBlock.of(connection.remote()));
        return client != null && !client.served.isEmpty();
    }

    synchronized void release(Connection connection) {
        everyone.open.remove(connection);
        clients.computeIfPresent(AddressBlock.of(connection.remote()), (key, client) -> {
            client.open.remove(connection);
            client.served.remove(connection);
            return client.open.isEmpty() ? null : client;
        });
    }

    synchronized int open() {
        return everyone.open.size();
    }
}
