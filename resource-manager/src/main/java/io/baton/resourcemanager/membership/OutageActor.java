package io.baton.resourcemanager.membership;

import io.baton.core.config.HostPort;
import io.baton.resourcemanager.registry.Leadership;
import io.baton.resourcemanager.registry.RegistryListener;
import io.baton.resourcemanager.registry.RegistryLog;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.MasterDown;
import io.baton.resourcemanager.registry.record.MasterEntry;
import io.baton.resourcemanager.registry.state.Applied;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;

/**
 * Ends the membership of masters that are out, in two steps: the one that leads the registry has it written there, as
 * {@link Outages} decides, and each that reads it says so to the cluster. What the registry holds down can claim nothing
 * any more, so nobody waits to be sure. Nor does it get there but by the leader that decided it. Where it is the leader
 * that cannot be reached, one of the others stands for election at once.
 *
 * @see <a href="file:docs/adr/0019-the-registry-ends-memberships.md">ADR 19: the registry ends memberships</a>
 */
public final class OutageActor extends AbstractBehavior<OutageActor.Message> {
    /** How often the leader looks. */
    static final Duration LOOK = Duration.ofMillis(100);

    /** What it is told. */
    public interface Message {}

    private enum Tick implements Message {
        LOOK,
        READ
    }

    private record Proposed(long incarnation) implements Message {}

    private final RegistryLog log;
    private final Leadership registry;
    private final Clock clock;
    private final Cluster cluster;
    private final Outages outages = new Outages();
    private final Set<Long> proposed = new TreeSet<>();

    private OutageActor(ActorContext<Message> context, RegistryLog log, Leadership registry, Clock clock) {
        super(context);
        this.log = log;
        this.registry = registry;
        this.clock = clock;
        this.cluster = Cluster.get(context.getSystem());
        var self = context.getSelf();
        log.follow(state -> null, new RegistryListener() {
            @Override
            public void applied(Applied applied) {
                if (applied.command().hasMasterDown()) {
                    self.tell(Tick.READ);
                }
            }

            @Override
            public void replaced() {
                self.tell(Tick.READ);
            }
        });
        self.tell(Tick.READ);
    }

    /** One for each master. */
    public static Behavior<Message> create(RegistryLog log, Leadership registry, Clock clock) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.setLoggerName(
                    OutageActor.class); // Found out by itself, it is one of Pekko's, which tell errors only.
            timers.startTimerWithFixedDelay(Tick.LOOK, LOOK);
            return new OutageActor(context, log, registry, clock);
        }));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Tick.LOOK, this::look)
                .onMessageEquals(Tick.READ, this::read)
                .onMessage(Proposed.class, m -> {
                    proposed.remove(m.incarnation());
                    return this;
                })
                .build();
    }

    private Behavior<Message> look() {
        if (registry.leads()) {
            end();
        } else {
            outages.notLeading(clock.instant());
            registry.leader().ifPresent(this::succeed);
        }
        return this;
    }

    private void end() {
        var others = new TreeMap<String, Outages.Sight>();
        var silence = registry.silence();
        for (var master : masters()) {
            if (!master.getName().equals(log.master()) && !master.hasDownAt()) {
                others.put(
                        master.getName(),
                        new Outages.Sight(
                                master.getIncarnation(),
                                isUnreachable(master),
                                silence.getOrDefault(master.getVoterId(), Duration.ZERO)));
            }
        }
        outages.decide(others, clock.instant()).forEach(this::propose);
    }

    private void succeed(String leader) {
        var unreachable = new TreeMap<String, Boolean>();
        var self = "";
        for (var master : masters()) {
            if (!master.hasDownAt()) {
                unreachable.put(master.getVoterId(), isNotHeardHere(master));
                self = master.getName().equals(log.master()) ? master.getVoterId() : self;
            }
        }
        if (Outages.succeeds(self, leader, unreachable)) {
            registry.standFor(leader);
        }
    }

    /** What others do not reach may be at a broken link, and leads all the same. */
    private boolean isNotHeardHere(MasterEntry master) {
        return isUnreachable(master)
                && StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                        .filter(member -> is(master, member))
                        .anyMatch(member -> !cluster.failureDetector().isAvailable(member.address()));
    }

    private boolean isUnreachable(MasterEntry master) {
        return cluster.state().getUnreachable().stream().anyMatch(member -> is(master, member));
    }

    private List<MasterEntry> masters() {
        return log.read(state -> List.copyOf(state.masters().values()));
    }

    private void propose(long incarnation) {
        if (!proposed.add(incarnation)) {
            return;
        }
        getContext().getLog().warn("master is out: the others go on without it incarnation={}", incarnation);
        var down = MasterDown.newBuilder().setIncarnation(incarnation);
        getContext()
                .pipeToSelf(
                        registry.decide(Command.newBuilder().setMasterDown(down)),
                        (answer, failure) -> new Proposed(incarnation));
    }

    /** Nobody is ended who is not written down, and this process by its own copy just as well. */
    private Behavior<Message> read() {
        var down = masters().stream().filter(MasterEntry::hasDownAt).toList();
        for (var member : cluster.state().getMembers()) {
            if (member.status() != MemberStatus.down()
                    && member.status() != MemberStatus.removed()
                    && down.stream().anyMatch(master -> is(master, member))) {
                getContext().getLog().warn("master is no member any more address={}", member.address());
                cluster.down(member.address());
            }
        }
        return this;
    }

    private static boolean is(MasterEntry master, Member member) {
        var addresses = master.getAddresses();
        return addresses.getClusterUid() == member.uniqueAddress().longUid()
                && addresses.getCluster().equals(hostPort(member.uniqueAddress()));
    }

    /** A member's address as the registry holds it. */
    public static String hostPort(UniqueAddress member) {
        var host = member.address().getHost().orElse("");
        return HostPort.of(
                host, member.address().getPort().map(port -> (int) port).orElse(0));
    }
}
