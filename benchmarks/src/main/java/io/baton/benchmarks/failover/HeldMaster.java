package io.baton.benchmarks.failover;

import io.baton.benchmarks.failover.HeldPath.Sender;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A master whose messages to other masters and to agents can be held on their way. Only connections that are made while
 * this is there go that way: the master is to be started anew.
 */
final class HeldMaster implements AutoCloseable {
    private record Way(HeldPath path, int host, InetSocketAddress to) {}

    private final Network network;
    private final List<Way> ways = new ArrayList<>();

    /**
     * Sets it up.
     *
     * @param host of the master
     * @param others cluster ports of the other masters
     * @param links the master's port for agent links
     * @param agents hosts of the agents
     */
    HeldMaster(Network network, int host, List<InetSocketAddress> others, InetSocketAddress links, List<Integer> agents)
            throws IOException {
        this.network = network;
        try {
            for (var other : others) {
                add(host, other, Sender.CALLER);
            }
            for (int agent : agents) {
                add(agent, links, Sender.CALLED);
            }
        } catch (IOException impossible) {
            close();
            throw impossible;
        }
    }

    private void add(int host, InetSocketAddress to, Sender slow) throws IOException {
        var path = new HeldPath(network.gateway(), to, slow);
        ways.add(new Way(path, host, to));
        network.redirect(host, to.getHostString(), to.getPort(), path.port(), true);
    }

    /** What the master says from now on stays under way; or it all comes, also what a dead one has said. */
    void hold(boolean now) {
        ways.forEach(way -> way.path.hold(now));
    }

    @Override
    public void close() throws IOException {
        for (var way : ways) {
            network.redirect(way.host, way.to.getHostString(), way.to.getPort(), way.path.port(), false);
            way.path.close();
        }
    }
}
