package io.baton.resourcemanager.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.EntryResult;
import io.baton.resourcemanager.registry.state.Formats;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;

/**
 * This master's replica of the registry: a voter of the Raft group, and the copy of the state that its log gives.
 *
 * <p>Thread-safe. What it answers never blocks, but for {@link #start}, {@link #changeVoters} and {@link #close}.
 *
 * @see <a href="file:docs/adr/0010-registry-is-a-raft-log.md">ADR 10: the registry is a Raft log in the masters</a>
 */
public final class Replica implements RegistryLog, Leadership, AutoCloseable {
    /** Within this time each proposal and each read is answered: whoever asked over HTTP hears of it within 5 s. */
    public static final Duration DEADLINE = Duration.ofMillis(4_500);

    /** How long a stopping leader waits for the next one. */
    static final Duration HAND_OVER = Duration.ofSeconds(2);

    /** How long a snapshot may take before the next one is asked for. */
    private static final Duration SNAPSHOT = Duration.ofSeconds(30);

    /** How often this replica sees whether it is with a majority. */
    private static final Duration LOOK = Duration.ofMillis(200);

    /** Keeps the level: a logger that nobody holds is forgotten with it. */
    private static final Logger GRPC = Logger.getLogger("org.apache.ratis.thirdparty.io.grpc");

    private final RaftServer server;
    private final Voter self;
    private final RaftGroupId groupId;
    private final RegistryStateMachine machine;
    private final ScheduledThreadPoolExecutor thread;
    private final RaftCalls calls;
    private final Proposals proposals;
    private final WhileOpen events;
    private final FreeSpace space;
    private CompletableFuture<Void> snapshot = CompletableFuture.completedFuture(null);
    private final Contact contact = new Contact(System::nanoTime);
    final Candidacy candidacy;

    private Replica(
            RaftServer server,
            Voter self,
            RaftGroup group,
            RegistryStateMachine machine,
            RaftProperties settings,
            Parameters objects,
            WhileOpen events,
            FreeSpace space) {
        this.server = server;
        this.self = self;
        this.groupId = group.getGroupId();
        this.candidacy = new Candidacy(server, groupId);
        this.machine = machine;
        this.events = events;
        this.space = space;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            var made = new Thread(task, "registry-proposals");
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
        this.calls = new RaftCalls(server, group, settings, objects, thread);
        this.proposals = new Proposals(this::append, machine::applied, thread, System::nanoTime);
        thread.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Starts the voter of these files in its group, which it must have joined.
     *
     * @throws IOException if the log is damaged, of a newer version, in use, or its port is taken: the message says
     *     which and what to do
     */
    public static Replica start(VoterFiles files, Voter self, RegistryConfig config, ReplicaEvents events)
            throws IOException {
        GRPC.setLevel(Level.SEVERE);
        ExitUtils.disableSystemExit(); // It would end this process where its port is taken.
        var joined = files.group().orElseThrow(() -> new IllegalStateException("voter " + self + " is in no group"));
        var group = RaftGroup.valueOf(
                RaftGroupId.valueOf(joined.id()),
                joined.voters().stream().map(RaftPeers::peer).toList());
        var settings = RaftSettings.of(files, config, files.isAlone(self));
        var objects = RaftSettings.objects(config);
        var whileOpen = new WhileOpen(events);
        var machine = new RegistryStateMachine(whileOpen);
        RaftServer server = null;
        try {
            LogHoles.refuse(files);
            server = RaftServer.newBuilder()
                    .setServerId(RaftPeerId.valueOf(self.id()))
                    .setGroup(group)
                    .setStateMachine(machine)
                    .setOption(RaftStorage.StartupOption.RECOVER)
                    .setProperties(settings)
                    .setParameters(objects)
                    .build();
            server.start();
            whileOpen.server.set(server);
            return new Replica(server, self, group, machine, settings, objects, whileOpen, FreeSpace.of(files, config));
        } catch (IOException | RuntimeException e) {
            whileOpen.closing.set(true);
            if (server != null) {
                server.close();
            }
            throw new IOException(StartTrouble.explained(e, files, config), e);
        }
    }

    /** A replica that is being closed is not broken. */
    private static final class WhileOpen implements ReplicaEvents {
        private final ReplicaEvents events;
        private final AtomicBoolean closing = new AtomicBoolean();
        private final AtomicReference<RaftServer> server = new AtomicReference<>();

        WhileOpen(ReplicaEvents events) {
            this.events = events;
        }

        /** It votes no more before anything else happens: a vote that cannot be written down must not be given. */
        @Override
        public void broken(String why) {
            if (!closing.getAndSet(true)) {
                var end = new Thread(
                        () -> {
                            stop();
                            events.broken(why);
                        },
                        "registry-ends");
                end.setDaemon(true);
                end.start();
            }
        }

        private void stop() {
            try {
                var running = server.get();
                if (running != null) {
                    running.close();
                }
            } catch (IOException | RuntimeException unclean) {
                // The process ends anyway.
            }
        }

        @Override
        public void leaderless() {
            if (!closing.get()) {
                events.leaderless();
            }
        }

        @Override
        public void led(String voterId) {
            events.led(voterId);
        }
    }

    /**
     * Proposes a change. The commands of one master are applied in the order in which it proposes them.
     *
     * @param command with the proposer's time
     * @return never fails, and is complete within {@link #DEADLINE}
     */
    public CompletionStage<Answer> propose(Command command) {
        return proposals.propose(command);
    }

    @Override
    public CompletionStage<Answer> propose(Command.Builder command) {
        return propose((command.hasAt() ? command : command.clone().setAt(System.currentTimeMillis())).build());
    }

    /** How many of this master's changes wait to be written. */
    int waiting() {
        return proposals.waiting();
    }

    private CompletableFuture<EntryResult> append(byte[] entry, long deadlineNanos) {
        return calls.write(Message.valueOf(RaftBytes.toRaft(entry)), deadlineNanos)
                .thenApply(reply -> result(reply));
    }

    private static EntryResult result(RaftClientReply reply) {
        try {
            return EntryResult.parseFrom(RaftBytes.fromRaft(reply.getMessage().getContent()));
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException("the leader's answer cannot be read: is it of another version?", e);
        }
    }

    @Override
    public <T> T read(Function<RegistryState, T> question) {
        return machine.read(question);
    }

    /**
     * Looks at a copy that shows all that was acknowledged to anyone before the call.
     *
     * @return fails if there is no majority, within {@link #DEADLINE}
     */
    public <T> CompletionStage<T> readNewest(Function<RegistryState, T> question) {
        return calls.read(DEADLINE.toMillis()).thenApply(reply -> machine.read(question));
    }

    @Override
    public <T> T follow(Function<RegistryState, T> question, RegistryListener listener) {
        return machine.follow(question, listener);
    }

    /** Hears no more. */
    public void leave(RegistryListener listener) {
        machine.leave(listener);
    }

    /** The whole state as bytes, for a file. */
    public byte[] save() {
        return machine.save();
    }

    /** The voters of now. */
    public List<Voter> voters() {
        return division().getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER).stream()
                .map(RaftPeers::voter)
                .toList();
    }

    @Override
    public Optional<String> leader() {
        return Optional.ofNullable(division().getInfo().getLeaderId()).map(RaftPeerId::toString);
    }

    @Override
    public boolean leads() {
        return !events.closing.get() && division().getInfo().isLeaderReady();
    }

    /**
     * Has the follower that was heard of last lead from now on, if this replica leads: a replica that is about to stop
     * spares the others an election, and does not stand in one any more.
     *
     * @return done when another leads, when it did not come to that within {@link #HAND_OVER}, or if this one does not
     *     lead
     */
    public CompletionStage<Void> handOver() {
        calls.withdraw();
        var next = leads()
                ? silence().entrySet().stream()
                        .min(Map.Entry.comparingByValue())
                        .map(Map.Entry::getKey)
                : Optional.<String>empty();
        return next.map(follower -> calls.handOver(RaftPeerId.valueOf(follower), HAND_OVER))
                .orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    @Override
    public CompletionStage<Void> decide(Command.Builder command) {
        var entry = Formats.entry(
                List.of(command.clone().setAt(System.currentTimeMillis()).build()));
        return calls.writeHere(Message.valueOf(RaftBytes.toRaft(entry)), DEADLINE.toMillis())
                .handle((reply, failure) -> null);
    }

    @Override
    public void standFor(String leader) {
        thread.execute(() -> candidacy.standFor(leader));
    }

    private void look() {
        space.problem().ifPresent(events::broken);
        if (machine.logBytes() > RaftSettings.LOG_BYTES && snapshot.isDone()) {
            snapshot = calls.snapshot(SNAPSHOT);
        }
        try {
            contact.look(division().getInfo().getRoleInfoProto());
        } catch (UncheckedIOException stopped) {
            // A replica without a division is with nobody.
        }
    }

    /** Whether this replica has heard from a majority within the last {@link Contact#LOST}. */
    public boolean isFresh() {
        return !contact.isLost();
    }

    /** This voter. */
    public Voter self() {
        return self;
    }

    @Override
    public String master() {
        return self.master();
    }

    /** The group's id. */
    public VoterGroup group() {
        return new VoterGroup(groupId.getUuid(), voters());
    }

    /** Of the last entry that this copy shows. */
    public long appliedIndex() {
        return machine.getLastAppliedTermIndex().getIndex();
    }

    @Override
    public SortedMap<String, Duration> silence() {
        return Contact.silence(division().getInfo().getRoleInfoProto());
    }

    /**
     * Changes the voters; blocks until the new ones have caught up, or for half a minute.
     *
     * @param change of the voters of now; a change at the same time by someone else refuses this one
     * @throws IOException if it was refused, or is not known to be done
     */
    public void changeVoters(UnaryOperator<List<Voter>> change) throws IOException {
        var now = division().getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER);
        var next = change.apply(now.stream().map(RaftPeers::voter).toList()).stream()
                .map(RaftPeers::peer)
                .toList();
        var reply = calls.change(SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(List.copyOf(now))
                .setServersInNewConf(next)
                .build());
        if (!reply.isSuccess()) {
            throw new IOException(
                    "the voters were not changed: " + reply.getException().getMessage());
        }
    }

    private RaftServer.Division division() {
        try {
            return server.getDivision(groupId);
        } catch (IOException e) {
            throw new UncheckedIOException("the registry's replica has stopped", e);
        }
    }

    /** Leaves the others to themselves; what waits is answered. */
    @Override
    public void close() throws IOException {
        events.closing.set(true);
        proposals.close();
        try {
            calls.close();
        } finally {
            server.close();
            thread.shutdownNow();
        }
    }
}
