package io.baton.resourcemanager.registry;

import io.baton.core.config.HostPort;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.FoundCluster;
import io.baton.resourcemanager.registry.record.JoinMaster;
import io.baton.resourcemanager.registry.record.MasterAddresses;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registry as a master uses it: its replica, and who this master is in it. Thread-safe. */
public final class Registry implements Registrar {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    private final Replica replica;
    private final String clusterId;
    private final String master;
    private final long incarnation;
    private final RegistryNumbers numbers;

    private Registry(Replica replica, String clusterId, String master, long incarnation, long began) {
        this.numbers = new RegistryNumbers(began);
        this.replica = replica;
        this.clusterId = clusterId;
        this.master = master;
        this.incarnation = incarnation;
    }

    /**
     * What a master's registry is made of.
     *
     * @param directory its own, emptied by nobody else
     * @param name of this master in the registry, if its directory does not know it under another one
     * @param listen where its port is opened
     * @param host under which other masters reach this one
     * @param addresses where it listens, known when it does
     * @param expected how many masters there are to be
     * @param progress of the start
     * @param broken told why this process must end
     */
    public record Setup(
            RegistryConfig config,
            Path directory,
            String name,
            String listen,
            String host,
            CompletionStage<MasterAddresses> addresses,
            int expected,
            Progress progress,
            Consumer<String> broken) {}

    /**
     * How far a master's registry is.
     *
     * @param replica completed when this master's replica runs: from then on it may lead the others
     * @param voting completed when this master votes in a majority: before that it should own nothing
     */
    public record Progress(CompletableFuture<Replica> replica, CompletableFuture<Void> voting) {
        /** Of one that has not begun. */
        public static Progress none() {
            return new Progress(new CompletableFuture<>(), new CompletableFuture<>());
        }
    }

    /**
     * Becomes a voter, founds the cluster if that has not been done, and joins it as a new incarnation. A voter that the
     * directory knows votes at once; a new one when the system is a member of the cluster, of which it learns the others.
     *
     * @return fails with an {@link IOException} whose text is for the operator
     */
    public static CompletionStage<Registry> start(ActorSystem<?> system, Setup setup) {
        long began = System.nanoTime();
        try {
            var files = new VoterFiles(setup.directory());
            int port = setup.config().port();
            var config = setup.config().at(setup.listen(), port == 0 && setup.expected() > 1 ? files.port() : port);
            var name = files.master().orElse(setup.name());
            var self = files.voter(name, HostPort.of(setup.host(), config.port()));
            var ready = new CompletableFuture<Replica>();
            ready.whenComplete((replica, failure) -> {
                if (failure == null) {
                    setup.progress().voting().complete(null);
                } else {
                    setup.progress().voting().completeExceptionally(failure);
                }
            });
            system.systemActorOf(
                    VoterActor.create(new VoterActor.Setup(
                            files,
                            self,
                            config,
                            new Events(setup.broken()),
                            () -> isOldest(Cluster.get(system)),
                            setup.expected(),
                            setup.progress().replica(),
                            ready)),
                    "registry-voter",
                    DispatcherSelector.blocking());
            // One after the other: both together would not fail before the addresses are known.
            return ready.thenCompose(
                    replica -> setup.addresses().thenCompose(addresses -> joined(replica, name, addresses, began)));
        } catch (IOException e) {
            setup.progress().voting().completeExceptionally(e);
            return CompletableFuture.failedFuture(e);
        }
    }

    private static final class Events implements ReplicaEvents {
        private final Consumer<String> broken;
        private final AtomicBoolean saidLeaderless = new AtomicBoolean();

        Events(Consumer<String> broken) {
            this.broken = broken;
        }

        @Override
        public void broken(String why) {
            broken.accept(why);
        }

        @Override
        public void leaderless() {
            if (!saidLeaderless.getAndSet(true)) { // It is told with each election that comes to nothing.
                LOG.warn("no master has led the registry for ten seconds: nothing can be changed");
            }
        }

        @Override
        public void led(String voterId) {
            saidLeaderless.set(false);
            LOG.info("the registry is led by {}", voterId);
        }
    }

    private static boolean isOldest(Cluster cluster) {
        var self = cluster.selfMember();
        return self.status() == MemberStatus.up()
                && StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                        .filter(member -> !member.equals(self))
                        .noneMatch(member -> isOlder(member, self));
    }

    private static boolean isOlder(Member member, Member self) {
        return member.status() != MemberStatus.joining()
                && member.status() != MemberStatus.weaklyUp()
                && member.isOlderThan(self);
    }

    private static CompletionStage<Registry> joined(
            Replica replica, String name, MasterAddresses addresses, long began) {
        var clock = Clock.systemUTC();
        var found = Command.newBuilder()
                .setAt(clock.millis())
                .setFoundCluster(
                        FoundCluster.newBuilder().setClusterId(UUID.randomUUID().toString()));
        var join = Command.newBuilder()
                .setAt(clock.millis())
                .setJoinMaster(JoinMaster.newBuilder()
                        .setName(name)
                        .setVoterId(replica.self().id())
                        .setAddresses(addresses));
        BiFunction<Answer, Answer, Registry> both = (founded, entered) -> new Registry(
                replica,
                granted(founded).result().getGranted().getClusterId(),
                name,
                granted(entered).result().getGranted().getEpoch(),
                began);
        return replica.propose(found.build()).thenCombine(replica.propose(join.build()), both);
    }

    private static Answer.Committed granted(Answer answer) {
        if (answer instanceof Answer.Committed committed && committed.result().hasGranted()) {
            return committed;
        }
        throw new CompletionException(new IOException("this master cannot join the registry: " + answer));
    }

    @Override
    public CompletionStage<Answer> propose(Command.Builder command) {
        return numbers.timed(System.nanoTime(), replica.propose(command));
    }

    /** How it does, under Mesos's names, for {@code /metrics/snapshot}. */
    public Map<String, Double> numbers() {
        return numbers.of(replica);
    }

    @Override
    public <T> T read(Function<RegistryState, T> question) {
        return replica.read(question);
    }

    @Override
    public <T> CompletionStage<T> readNewest(Function<RegistryState, T> question) {
        return replica.readNewest(question);
    }

    @Override
    public <T> T follow(Function<RegistryState, T> question, RegistryListener listener) {
        return replica.follow(question, listener);
    }

    @Override
    public boolean isFresh() {
        return replica.isFresh();
    }

    /** The replica, for what goes beyond proposing and reading. */
    public Replica replica() {
        return replica;
    }

    @Override
    public String clusterId() {
        return clusterId;
    }

    @Override
    public String master() {
        return master;
    }

    @Override
    public long incarnation() {
        return incarnation;
    }

    /** This master votes no more; what it still proposes is refused. */
    public void close() {
        try {
            replica.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why nothing can be changed now; empty if all is well. */
    public Optional<String> problem() {
        return isFresh()
                ? Optional.empty()
                : Optional.of(
                        "this master does not hear from a majority of the registry's voters: they must be up and reach each"
                                + " other");
    }
}
