package io.baton.resourcemanager.registry;

import io.baton.core.membership.MasterCount;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings this master into the group of voters, as {@link Formation} says, and lets others in. Does blocking work. */
final class VoterActor extends AbstractBehavior<VoterProtocol> {
    private static final Logger LOG = LoggerFactory.getLogger(VoterActor.class);
    static final ServiceKey<VoterProtocol> KEY = ServiceKey.create(VoterProtocol.class, "registry-voters");
    private static final Duration TICK = Duration.ofMillis(250);

    private enum Tick implements VoterProtocol.Internal {
        TICK
    }

    /** @param failure why it is not a voter; empty if it is */
    private record LetIn(Voter voter, Optional<String> failure) implements VoterProtocol.Internal {}

    private record Listed(Set<ActorRef<VoterProtocol>> voters) implements VoterProtocol.Internal {}

    /**
     * What it works with.
     *
     * @param oldest whether this master is the oldest of its cluster
     * @param expected how many masters there are to be
     * @param started completed when the replica runs
     * @param ready completed when this master is a voter of a group with a leader and a majority of the masters
     */
    record Setup(
            VoterFiles files,
            Voter self,
            RegistryConfig config,
            ReplicaEvents events,
            BooleanSupplier oldest,
            int expected,
            CompletableFuture<Replica> started,
            CompletableFuture<Replica> ready) {}

    private final Setup setup;
    private final Map<ActorRef<VoterProtocol>, VoterProtocol.Introduce> heard = new HashMap<>();
    private Set<ActorRef<VoterProtocol>> voters = Set.of();
    private Optional<String> group;
    private Replica replica;
    private boolean changing;
    private String said = "";
    private String warned = "";

    private VoterActor(ActorContext<VoterProtocol> context, Setup setup) throws IOException {
        super(context);
        this.setup = setup;
        this.group = setup.files().group().map(g -> g.id().toString());
    }

    static Behavior<VoterProtocol> create(Setup setup) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            var receptionist = context.getSystem().receptionist();
            if (setup.expected() > 1) {
                receptionist.tell(Receptionist.register(KEY, context.getSelf()));
                var adapter = context.messageAdapter(
                        Receptionist.Listing.class, listing -> new Listed(listing.getServiceInstances(KEY)));
                receptionist.tell(Receptionist.subscribe(KEY, adapter));
            }
            timers.startTimerWithFixedDelay(Tick.TICK, Duration.ZERO, TICK);
            try {
                return new VoterActor(context, setup);
            } catch (IOException e) {
                setup.ready().completeExceptionally(e);
                return Behaviors.stopped();
            }
        }));
    }

    @Override
    public Receive<VoterProtocol> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Tick.TICK, this::tick)
                .onMessage(LetIn.class, this::changed)
                .onMessage(Listed.class, this::listed)
                .onMessage(VoterProtocol.Introduce.class, this::introduced)
                .onMessage(VoterProtocol.AddMe.class, this::add)
                .onMessage(VoterProtocol.Refused.class, this::refused)
                .onSignal(PostStop.class, stopped -> closed())
                .build();
    }

    private Behavior<VoterProtocol> closed() throws IOException {
        if (replica != null) {
            replica.close();
        }
        return this;
    }

    private Behavior<VoterProtocol> listed(Listed listed) {
        voters = listed.voters();
        heard.keySet().retainAll(voters);
        return this;
    }

    private Behavior<VoterProtocol> introduced(VoterProtocol.Introduce other) {
        if (other.from().equals(getContext().getSelf())) {
            return this;
        }
        boolean isNew = heard.put(other.from(), other) == null;
        if (isNew
                && !other.group().isEmpty()
                && group.filter(g -> !g.equals(other.group())).isPresent()) {
            LOG.warn(
                    "master {} has the files of another registry: stop it and move its registry directory away",
                    other.voter().master());
        }
        return this;
    }

    private Behavior<VoterProtocol> tick() {
        var me = new VoterProtocol.Introduce(
                setup.self(), group.orElse(""), getContext().getSelf());
        voters.forEach(voter -> voter.tell(me));
        if (replica == null) {
            return move();
        }
        var now = replica.voters();
        if (!now.contains(setup.self())) {
            var ask = new VoterProtocol.AddMe(setup.self(), getContext().getSelf());
            heard.values().stream()
                    .filter(other -> group.filter(other.group()::equals).isPresent()) // A stranger would refuse it.
                    .forEach(other -> other.from().tell(ask));
        } else if (replica.leader().isEmpty()) {
            return stay();
        } else if (now.size() >= setup.expected() / 2 + 1) {
            setup.ready().complete(replica);
        }
        return this;
    }

    /**
     * A voter without a leader waits for the others, unless they turn out to be others' voters. Not if it has ever had a
     * leader: then it is at home, and an election is no reason to end because a stranger is about.
     */
    private Behavior<VoterProtocol> stay() {
        return !setup.ready().isDone() && next() instanceof Formation.Move.Refuse refuse ? refuse(refuse.why()) : this;
    }

    private Formation.Move next() {
        var groups = heard.values().stream().map(VoterProtocol.Introduce::group).toList();
        long silent = voters.stream()
                .filter(voter -> !voter.equals(getContext().getSelf()) && !heard.containsKey(voter))
                .count();
        return Formation.next(group, groups, silent, setup.oldest().getAsBoolean(), setup.expected());
    }

    private Behavior<VoterProtocol> move() {
        var move = next();
        try {
            if (move instanceof Formation.Move.Found) {
                start(VoterGroup.of(List.of(setup.self())));
            } else if (move instanceof Formation.Move.Join join) {
                start(setup.files().group().orElse(new VoterGroup(UUID.fromString(join.groupId()), List.of())));
            } else if (move instanceof Formation.Move.Wait wait) {
                say(wait.why());
            } else if (move instanceof Formation.Move.Refuse refuse) {
                return refuse(refuse.why());
            } else {
                throw new AssertionError("no one performs " + move);
            }
        } catch (IOException e) {
            setup.ready().completeExceptionally(e);
            return Behaviors.stopped();
        }
        return this;
    }

    private Behavior<VoterProtocol> refuse(String why) {
        setup.ready().completeExceptionally(new IOException(why));
        return Behaviors.stopped();
    }

    private void start(VoterGroup joined) throws IOException {
        if (group.isEmpty()) {
            setup.files().join(joined);
            group = Optional.of(joined.id().toString());
        }
        replica = Replica.start(setup.files(), setup.self(), setup.config(), setup.events());
        setup.started().complete(replica);
    }

    private void say(String why) {
        if (!why.equals(said)) {
            said = why;
            LOG.info("{}", why);
        }
    }

    /**
     * A voter of the same name takes the old one's place; a new name comes in while masters are missing. One at a time:
     * whoever comes meanwhile asks again.
     */
    private Behavior<VoterProtocol> add(VoterProtocol.AddMe asked) {
        if (changing || replica == null || replica.leader().isEmpty()) {
            return this;
        }
        var now = replica.voters();
        if (now.contains(asked.voter())) {
            return this;
        }
        var others = now.stream()
                .filter(v -> !v.master().equals(asked.voter().master()))
                .toList();
        boolean admitted =
                replica.read(state -> Admissions.isAdmitted(state, asked.voter().master()));
        boolean isOneMore = others.size() == now.size();
        if (isOneMore && now.size() >= MasterCount.MOST) {
            asked.replyTo()
                    .tell(new VoterProtocol.Refused(
                            "the registry has " + now.size() + " masters, and a cluster has at most " + MasterCount.MOST
                                    + ": stop one and remove it first with 'baton operator remove NAME'"));
            return this;
        }
        if (isOneMore && now.size() >= setup.expected() && !admitted) {
            asked.replyTo()
                    .tell(new VoterProtocol.Refused("the registry has its " + setup.expected() + " masters, and '"
                            + asked.voter().master()
                            + "' is none of them: let it in with 'baton operator add "
                            + asked.voter().master() + "' and raise baton.node.expected-masters, or stop it"));
            return this;
        }
        changing = true;
        var blocking = getContext().getSystem().dispatchers().lookup(DispatcherSelector.blocking());
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(() -> letIn(replica, asked.voter()), blocking),
                        (failure, bug) ->
                                new LetIn(asked.voter(), bug == null ? failure : Optional.of(bug.toString())));
        return this;
    }

    /** It asks again. Meanwhile another master may have let it in. */
    private Behavior<VoterProtocol> changed(LetIn tried) {
        changing = false;
        if (tried.failure().isPresent() && !replica.voters().contains(tried.voter())) {
            warn(tried.voter().id() + " at " + tried.voter().address() + " is not let in as a voter of the registry: "
                    + tried.failure().get());
        }
        return this;
    }

    /** Once, however often it is tried. */
    private void warn(String why) {
        if (!why.equals(warned)) {
            warned = why;
            LOG.warn("{}", why);
        }
    }

    /**
     * Blocks, for half a minute if the new one does not catch up.
     *
     * @return why it could not be done; empty if it was
     */
    private static Optional<String> letIn(Replica replica, Voter voter) {
        try {
            replica.changeVoters(voters -> {
                var next = new ArrayList<>(voters);
                next.removeIf(v -> v.master().equals(voter.master()));
                next.add(voter);
                boolean isTooMany = next.size() > MasterCount.MOST && next.size() > voters.size();
                return isTooMany ? voters : next; // Another master was faster; it is refused when it asks again.
            });
            LOG.info("{} at {} is a voter of the registry", voter.id(), voter.address());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Behavior<VoterProtocol> refused(VoterProtocol.Refused refused) {
        if (!setup.ready().completeExceptionally(new IOException(refused.why()))) {
            warn(refused.why()); // It has been a voter.
        }
        return this;
    }
}
