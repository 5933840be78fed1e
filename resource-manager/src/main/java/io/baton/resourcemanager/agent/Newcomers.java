package io.baton.resourcemanager.agent;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The links of which nobody knows yet whose they are: how many there may be, and how much they may bring before their
 * agents have registered. Whoever reaches the port can open one, so that it must cost little.
 *
 * <p>Pure and mutable; safe for threads.
 */
final class Newcomers {
    /**
     * How much.
     *
     * @param links in all
     * @param ofAddress from one address, of IPv6 from one /64; from this host as many as in all
     * @param smallBytes that each may bring
     * @param large of them may bring more at the same time
     * @param largeOfAddress of those from one address; from this host as many as in all
     * @param parts messages and elements of lists that frames of newcomers have in all, from when they are read to when
     *     their agents have registered; each takes {@link io.baton.protocol.codec.MessageParts#BYTES}
     */
    record Limits(int links, int ofAddress, int smallBytes, int large, int largeOfAddress, long parts) {
        /**
         * After a failover all agents come at once. A large registration has {@link AgentLinks#MAX_FRAME_BYTES} and
         * {@link FrameReader#MOST_PARTS} at most.
         */
        static final Limits USUAL = new Limits(4096, 1000, 16 * 1024, 8, 2, 2_000_000);
    }

    private final Limits limits;
    private final Map<String, Integer> byAddress = new HashMap<>();
    private final Map<String, Integer> largeByAddress = new HashMap<>();
    private int open;
    private int large;
    private long parts;

    Newcomers(Limits limits) {
        this.limits = limits;
    }

    /**
     * A link comes in.
     *
     * @param here whether it comes from this host
     * @return empty if there are too many
     */
    synchronized Optional<Newcomer> admit(String address, boolean here) {
        int most = here ? limits.links : limits.ofAddress;
        if (open >= limits.links || byAddress.getOrDefault(address, 0) >= most) {
            return Optional.empty();
        }
        open++;
        byAddress.merge(address, 1, Integer::sum);
        return Optional.of(new Newcomer(address, here));
    }

    private static void less(Map<String, Integer> counts, String address) {
        counts.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
    }

    /** How many there are. */
    synchronized int open() {
        return open;
    }

    /** How many of them have brought much. */
    synchronized int large() {
        return large;
    }

    /** One of them. */
    final class Newcomer {
        private final String address;
        private final boolean here;
        private long bytes;
        private boolean isLarge;
        private boolean over;
        private volatile boolean registered;
        private long unpacked;

        private Newcomer(String address, boolean here) {
            this.address = address;
            this.here = here;
        }

        /**
         * More has come.
         *
         * @return whether it may go on; if not it has to wait until another large one is over
         */
        boolean takes(int more) {
            synchronized (Newcomers.this) {
                if (!over && !isLarge && bytes + more > limits.smallBytes) {
                    int most = here ? limits.large : limits.largeOfAddress;
                    if (large >= limits.large || largeByAddress.getOrDefault(address, 0) >= most) {
                        return false;
                    }
                    isLarge = true;
                    large++;
                    largeByAddress.merge(address, 1, Integer::sum);
                }
                bytes += more;
                return true;
            }
        }

        /**
         * A frame of so many messages and elements of lists is to be read.
         *
         * @return whether there is room for what becomes of it; if not it has to come again later
         */
        boolean unpacks(long more) {
            synchronized (Newcomers.this) {
                if (over) {
                    return true;
                }
                if (parts > 0 && parts + more > limits.parts) {
                    return false;
                }
                parts += more;
                unpacked += more;
                return true;
            }
        }

        /** What {@link #unpacks} made room for is not kept. */
        void forgets(long less) {
            synchronized (Newcomers.this) {
                if (!over) {
                    parts -= less;
                    unpacked -= less;
                }
            }
        }

        /** Whether its agent has registered: asked for each frame. */
        boolean isRegistered() {
            return registered;
        }

        /** Its agent has registered. */
        void registered() {
            registered = true;
            over();
        }

        /** It has ended, or its agent has registered: it counts no more. A copy changes nothing. */
        void over() {
            synchronized (Newcomers.this) {
                if (over) {
                    return;
                }
                over = true;
                open--;
                parts -= unpacked;
                less(byAddress, address);
                if (isLarge) {
                    large--;
                    less(largeByAddress, address);
                }
            }
        }
    }
}
