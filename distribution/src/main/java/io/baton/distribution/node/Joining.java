package io.baton.distribution.node;

import io.baton.distribution.config.NodeConfig;
import io.baton.resourcemanager.membership.JoinPlan;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a master becomes a member of the cluster. The first time, the first seed begins it and the others join. A master
 * whose directory knows the registry joins any other that is in the cluster; if none is, whoever leads the registry begins
 * it. So no master has to be there for the others to start, and no two begin clusters that a majority is in.
 *
 * @see <a href="file:docs/adr/0020-the-registry-begins-the-cluster.md">ADR 20: the registry begins the cluster</a>
 */
final class Joining {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);

    private final Cluster cluster;
    private final List<Address> seeds;
    private final BooleanSupplier leading;
    private final Supplier<List<String>> masters;
    private final JoinPlan plan = new JoinPlan();
    private final long started = System.nanoTime();

    private Joining(Cluster cluster, List<String> seeds, BooleanSupplier leading, Supplier<List<String>> masters) {
        this.cluster = cluster;
        this.seeds = seeds.stream().map(Joining::address).toList();
        this.leading = leading;
        this.masters = masters;
    }

    /** A master that is none of the seeds joins where they are, but of a new cluster's masters one has to be the first. */
    static void warnUnlessSeed(NodeConfig node, String reachable) {
        if (!node.seeds().isEmpty() && !node.isSeed(reachable)) {
            LOG.warn(
                    "this master is {}, port {}, and none of the seeds {}: if one of them is meant to be this one, say so"
                            + " with --advertise and its name there",
                    reachable,
                    node.clusterPort(),
                    node.seeds());
        }
    }

    private static Address address(String hostPort) {
        return AddressFromURIString.parse("pekko://" + Nodes.NAME + "@" + hostPort);
    }

    /**
     * Begins to join.
     *
     * @param seeds each {@code host:port}; none for a cluster of its own
     * @param known whether this master votes in the registry from before
     * @param leading whether it leads the registry now
     * @param masters {@code host:port} of all masters in the registry, as far as this one knows
     * @return done when it is a member
     */
    static CompletableFuture<Done> begin(
            ActorSystem<?> system,
            List<String> seeds,
            boolean known,
            BooleanSupplier leading,
            Supplier<List<String>> masters) {
        var cluster = Cluster.get(system);
        var up = new CompletableFuture<Done>();
        cluster.registerOnMemberUp(() -> up.complete(Done.done()));
        var joining = new Joining(cluster, seeds, leading, masters);
        if (seeds.isEmpty()) {
            cluster.join(cluster.selfAddress());
        } else if (!known) {
            cluster.joinSeedNodes(joining.seeds);
        } else {
            Cancellable looks = system.scheduler()
                    .scheduleWithFixedDelay(Duration.ZERO, LOOK, joining::look, system.executionContext());
            up.whenComplete((done, failure) -> looks.cancel());
        }
        return up;
    }

    /** One look at a time: the scheduler sees to that. */
    private synchronized void look() {
        if (cluster.isTerminated() || cluster.state().getMembers().iterator().hasNext()) {
            return; // It is taken in.
        }
        switch (plan.next(leading.getAsBoolean(), Duration.ofNanos(System.nanoTime() - started))) {
            case BEGIN -> {
                LOG.info("no other master is in a cluster: this one leads the registry and begins one");
                cluster.join(cluster.selfAddress());
            }
            case ASK -> ask(others());
            case WAIT -> {
                // The answers are on their way.
            }
        }
    }

    /** Pekko itself would ask each of them once, and again only after its seed-node-timeout. */
    private void ask(List<Address> others) {
        if (!others.isEmpty()) {
            cluster.joinSeedNodes(others);
        }
    }

    /** Never itself: a seed that is its own first one begins a cluster. */
    private List<Address> others() {
        var others = new LinkedHashSet<>(seeds);
        masters.get().forEach(master -> others.add(address(master)));
        others.remove(cluster.selfAddress());
        return List.copyOf(others);
    }
}
