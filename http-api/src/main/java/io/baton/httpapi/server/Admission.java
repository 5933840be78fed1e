package io.baton.httpapi.server;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Who may open one more connection. Safe for threads. */
final class Admission {
    enum Verdict {
        ADMITTED,
        FULL,
        ADDRESS_FULL
    }

    private final HttpConfig.Limits limits;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    Admission(HttpConfig.Limits limits) {
        this.limits = limits;
    }

    /** Counts a connection if it is admitted; then {@link #release} is due when it ends. */
    Verdict admit(InetAddress address) {
        if (open.incrementAndGet() > limits.connections()) {
            open.decrementAndGet();
            return Verdict.FULL;
        }
        int most = address.isLoopbackAddress() ? limits.connectionsFromLoopback() : limits.connectionsPerAddress();
        int mine = byAddress.merge(address, 1, Integer::sum);
        if (mine > most) {
            release(address);
            return Verdict.ADDRESS_FULL;
        }
        return Verdict.ADMITTED;
    }

    void release(InetAddress address) {
        open.decrementAndGet();
        byAddress.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
    }

    int open() {
        return open.get();
    }
}
