package io.baton.systemtests.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Carries messages between nodes, as badly as its weather is. */
final class Network {
    /** How long until a packet that was not acknowledged is sent again. */
    static final long RETRANSMIT_MILLIS = 300;

    private static final int MAX_NODES = 64;

    private final Agenda agenda;
    private final Chance chance;
    private final List<Node> nodes = new ArrayList<>();
    private final boolean[][] cut = new boolean[MAX_NODES][MAX_NODES];
    private final long[][] lastArrival = new long[MAX_NODES][MAX_NODES];
    private final Map<String, Long> counts = new HashMap<>();
    private Weather weather = Weather.FAIR;

    /**
     * How the network is.
     *
     * @param lost per mille of the messages between masters
     * @param twice per mille of them that come a second time
     * @param unordered whether they may overtake each other
     * @param slow per mille of all that take up to {@code mostMillis}
     */
    record Weather(int lost, int twice, boolean unordered, int slow, long mostMillis) {
        static final Weather FAIR = new Weather(0, 0, false, 0, 10);
    }

    Network(Agenda agenda, Chance chance) {
        this.agenda = agenda;
        this.chance = chance;
    }

    int add(Node node) {
        nodes.add(node);
        return nodes.size() - 1;
    }

    void weather(Weather next) {
        weather = next;
    }

    /** Whether what the one says comes to the other. */
    boolean reaches(Node from, Node to) {
        return !cut[from.index()][to.index()];
    }

    void cut(Node from, Node to) {
        if (from != to) {
            cut[from.index()][to.index()] = true;
        }
    }

    void mend(Node from, Node to) {
        cut[from.index()][to.index()] = false;
    }

    void mendAll() {
        for (var row : cut) {
            java.util.Arrays.fill(row, false);
        }
    }

    long delay() {
        return chance.perMille(weather.slow) ? chance.between(1, weather.mostMillis) : chance.between(0, 3);
    }

    /** A message between masters: at most once in fair weather, in the order sent. */
    void send(Node from, Node to, Runnable delivery) {
        if (from == to) {
            from.in(0, delivery);
            return;
        }
        if (!reaches(from, to) || chance.perMille(weather.lost)) {
            count("lost");
            return;
        }
        transmit(from, to, delivery);
        if (chance.perMille(weather.twice)) {
            count("twice");
            transmit(from, to, delivery);
        }
    }

    private void transmit(Node from, Node to, Runnable delivery) {
        long at = agenda.now() + delay();
        if (!weather.unordered) {
            at = Math.max(at, lastArrival[from.index()][to.index()]);
            lastArrival[from.index()][to.index()] = at;
        }
        int incarnation = to.incarnation();
        agenda.in(at - agenda.now(), () -> {
            if (reaches(from, to)) {
                to.run(incarnation, delivery);
            } else {
                count("lost");
            }
        });
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    long count(String what, long none) {
        return counts.getOrDefault(what, none);
    }
}
