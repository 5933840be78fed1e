package io.baton.executor.agent;

import io.baton.core.id.AgentId;
import io.baton.executor.record.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * To which master the agent talks, and whom it obeys: the highest epoch it has heard of, never a lower one.
 *
 * <p>Pure. Mutable; one owner. Each connection has a number; news of an older one change nothing.
 */
public final class Registration {
    /** Both ends say something at least this often. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** A link that is silent for this long is dead; so is one on which a registration is not answered for so long. */
    public static final Duration SILENCE = Duration.ofSeconds(15);

    /**
     * A registration that is not answered for so long is made again over the same link, under a new number, then after
     * twice that time, and so on: it may have gone to an owner that had just died. From then on the answer to the one
     * before does not count: its owner may have been replaced by one that has called dropped what it launches.
     */
    public static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    /** An agent whose time is over ends when its tasks have, or after this. */
    public static final Duration END_PATIENCE = Duration.ofSeconds(10);

    /** Bounds of the wait before the next attempt; the upper one is reached by doubling. */
    public static final Duration LEAST_WAIT = Duration.ofMillis(100);

    public static final Duration MOST_WAIT = Duration.ofSeconds(5);

    /**
     * Most that an agent waits whose master is gone, after a while in which all was well, before it turns to another one: so
     * that not all who were there come at the same moment.
     */
    public static final Duration MOVE_WAIT = Duration.ofMillis(100);

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final int MAX_DOUBLINGS = 4;
    private static final int ATTEMPT_BITS = 32;

    private static final long SECONDS_PER_MINUTE = 60;

    /** What the shell does after an input, in this order. */
    public sealed interface Effect {
        /** Open a link; answered by linkUp or linkLost with this number. */
        record Connect(int link, String address) implements Effect {}

        /** Close it. */
        record Disconnect(int link) implements Effect {}

        /** Tell the master who we are and what runs here. */
        record SendRegister(int link) implements Effect {}

        /** Tell the master that we are alive. */
        record SendHeartbeat(int link) implements Effect {}

        /** Tell the master that we have obeyed a higher epoch than its own. */
        record SendStale(int link, long epoch) implements Effect {}

        /** Write down id and epoch, before anything of that epoch is obeyed. */
        record Checkpoint(Identity identity) implements Effect {}

        /** Updates may flow. */
        record Connected() implements Effect {}

        /** Updates stop. */
        record Disconnected() implements Effect {}

        /** The masters' addresses are wanted anew: no known one answers. */
        record Resolve() implements Effect {}

        /** The agent process ends. */
        record End(String reason) implements Effect {}
    }

    private record Ending(String reason, Instant by) {}

    private enum Phase {
        WAITING,
        CONNECTING,
        REGISTERING,
        REGISTERED,
        ENDED
    }

    private Phase phase = Phase.WAITING;
    private List<String> masters = List.of();
    private int nextMaster;
    /** How many of the masters have not been tried since the last good link, or since they were asked for. */
    private int untried;

    private int link;
    private long number;
    private int failures;
    private long epoch;
    private String clusterId;
    private Optional<AgentId> agentId;
    private Optional<String> current = Optional.empty();
    private Instant wakeAt = Instant.MIN;
    private Instant lastHeard = Instant.MIN;
    private Instant askedAt = Instant.MIN;
    private Instant upSince = Instant.MIN;
    private int asked;
    private Optional<Ending> ending = Optional.empty();

    /**
     * Begins with what was written down.
     *
     * @param clusterId whose epoch it is; empty to obey whichever cluster comes first
     * @param start the number of this one, from {@link #nextStart}
     */
    public Registration(Optional<AgentId> agentId, String clusterId, long epoch, long start) {
        this.number = start << ATTEMPT_BITS;
        this.agentId = agentId;
        this.clusterId = clusterId;
        this.epoch = clusterId.isEmpty() ? 0 : epoch;
    }

    /**
     * The number of a start: higher than of any before, and at least the minutes since 1970. So it is also higher on a host
     * that was set back to an older copy of itself, where the number of the last start was lost.
     */
    public static long nextStart(long last, Instant now) {
        return Math.max(last + 1, now.getEpochSecond() / SECONDS_PER_MINUTE);
    }

    /**
     * The masters' link addresses, as they are from now on. An empty list changes nothing.
     *
     * @param luck from 0 to 1: where in the list this agent begins, so that not all of them turn to the first
     */
    public List<Effect> masters(List<String> addresses, double luck) {
        if (!addresses.isEmpty() && !addresses.equals(masters)) {
            if (masters.isEmpty() && phase == Phase.WAITING) {
                wakeAt = Instant.MIN; // This is what was waited for.
            }
            masters = List.copyOf(addresses);
            nextMaster = (int) (luck * masters.size()) % masters.size();
            untried = masters.size();
            current.filter(c ->
                            phase != Phase.WAITING && masters.get(nextMaster).equals(c))
                    .ifPresent(same -> nextMaster = (nextMaster + 1) % masters.size());
        }
        return List.of();
    }

    /**
     * Time goes by.
     *
     * @param luck from 0 to 1, to spread the agents' attempts
     */
    public List<Effect> tick(Instant now, double luck) {
        if (phase == Phase.ENDED || now.isBefore(wakeAt) && !isDead(now)) {
            return List.of();
        }
        if (phase == Phase.WAITING) {
            return connect(now);
        }
        if (isDead(now)) {
            var effects = new ArrayList<Effect>();
            effects.add(new Effect.Disconnect(link));
            effects.addAll(linkLost(link, now, luck));
            return effects;
        }
        if (phase == Phase.REGISTERING && !now.isBefore(askAgainAt())) {
            return ask();
        }
        wakeAt = now.plus(HEARTBEAT);
        return phase == Phase.CONNECTING ? List.of() : List.of(new Effect.SendHeartbeat(link));
    }

    /** After one, three, seven … times the wait. */
    private Instant askAgainAt() {
        return askedAt.plus(ASK_AGAIN.multipliedBy((1L << asked) - 1));
    }

    private List<Effect> ask() {
        number++;
        asked++;
        wakeAt = askAgainAt();
        return List.of(new Effect.SendRegister(link));
    }

    /** What is said may be lost between two masters as well: then heartbeats come, and never an answer. */
    private boolean isDead(Instant now) {
        boolean unanswered = phase == Phase.REGISTERING && !now.isBefore(askedAt.plus(SILENCE));
        return unanswered || phase != Phase.WAITING && phase != Phase.ENDED && !now.isBefore(lastHeard.plus(SILENCE));
    }

    private List<Effect> connect(Instant now) {
        if (masters.isEmpty()) {
            wakeAt = now.plus(FIRST_WAIT);
            return List.of(new Effect.Resolve());
        }
        var address = masters.get(nextMaster % masters.size());
        nextMaster = (nextMaster + 1) % masters.size();
        untried--;
        current = Optional.of(address);
        link++;
        phase = Phase.CONNECTING;
        lastHeard = now;
        wakeAt = now.plus(HEARTBEAT);
        return List.of(new Effect.Connect(link, address));
    }

    /** A link is open. */
    public List<Effect> linkUp(int which, Instant now) {
        if (which != link || phase != Phase.CONNECTING) {
            return List.of();
        }
        phase = Phase.REGISTERING;
        askedAt = now;
        upSince = now;
        asked = 0;
        lastHeard = now;
        return ask();
    }

    /** A link is gone, or never came up. */
    public List<Effect> linkLost(int which, Instant now, double luck) {
        if (which != link || phase == Phase.WAITING || phase == Phase.ENDED) {
            return List.of();
        }
        boolean was = phase == Phase.REGISTERED;
        boolean resolve = !was && untried <= 0;
        phase = Phase.WAITING;
        boolean moves = was && masters.size() > 1 && !now.isBefore(upSince.plus(MOST_WAIT));
        wakeAt = now.plus(moves ? Duration.ofMillis((long) (luck * MOVE_WAIT.toMillis())) : delay(luck));
        failures += moves ? 0 : 1;
        var effects = new ArrayList<Effect>();
        if (was) {
            effects.add(new Effect.Disconnected());
        }
        if (resolve) {
            untried = masters.size();
            effects.add(new Effect.Resolve());
        }
        return effects;
    }

    private Duration delay(double luck) {
        var upper = FIRST_WAIT.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        if (upper.compareTo(MOST_WAIT) > 0) {
            upper = MOST_WAIT;
        }
        return LEAST_WAIT.plusMillis((long) (luck * upper.minus(LEAST_WAIT).toMillis()));
    }

    /**
     * Whoever spoke for this agent among the masters is gone: its successor knows nothing yet. A registration that is
     * under way may have reached the one who is gone, and its answer may still come: it must not be taken for the
     * successor's. How long that one has been waited for already counts on: a master that never finds an owner is left.
     */
    public List<Effect> registerAgain(int which, Instant now) {
        if (which != link || phase != Phase.REGISTERED && phase != Phase.REGISTERING) {
            return List.of();
        }
        if (phase == Phase.REGISTERING) {
            number++;
            return List.of(new Effect.SendRegister(link));
        }
        phase = Phase.REGISTERING;
        askedAt = now;
        asked = 0;
        var effects = new ArrayList<Effect>(List.of(new Effect.Disconnected()));
        effects.addAll(ask());
        return effects;
    }

    /** Anything came over the link. */
    public void heard(int which, Instant now) {
        if (which == link) {
            lastHeard = now;
        }
    }

    /**
     * Who a master says we are, and whom we are to obey.
     *
     * @param answers the number of the registration; 0 from a master that does not say
     */
    public record Adoption(AgentId agent, long epoch, String cluster, long answers) {}

    /**
     * The master has taken us in. Nobody of another cluster than ours can. An answer to an earlier registration says
     * nothing about the last: launches that the owner sent before it saw that one must not be taken for its own, since it
     * has called them dropped by what that one lists.
     */
    public List<Effect> registered(int which, Adoption adoption, Instant now, double luck) {
        if (which != link || phase != Phase.REGISTERING && phase != Phase.REGISTERED) {
            return List.of();
        }
        if (phase == Phase.REGISTERING && adoption.answers != 0 && adoption.answers != number) {
            return List.of();
        }
        if (!clusterId.isEmpty() && !clusterId.equals(adoption.cluster)) {
            return refused(
                    which,
                    "it is of cluster " + adoption.cluster + ", this agent belongs to cluster " + clusterId
                            + ": correct --master, or start the agent once with --accept-cluster",
                    true,
                    now);
        }
        long newEpoch = adoption.epoch;
        if (newEpoch < epoch) {
            var effects = new ArrayList<Effect>();
            effects.add(new Effect.SendStale(link, epoch));
            effects.add(new Effect.Disconnect(link));
            effects.addAll(linkLost(which, now, luck));
            return effects;
        }
        boolean again = phase == Phase.REGISTERED;
        boolean outdated =
                again && newEpoch > epoch; // A registration that was repeated has reached a newer owner late.
        var id = adoption.agent;
        boolean changed = newEpoch > epoch || !agentId.equals(Optional.of(id)) || !clusterId.equals(adoption.cluster);
        clusterId = adoption.cluster;
        epoch = newEpoch;
        agentId = Optional.of(id);
        phase = Phase.REGISTERED;
        failures = 0;
        untried = masters.size();
        var effects = new ArrayList<Effect>();
        if (changed) {
            effects.add(new Effect.Checkpoint(identity()));
        }
        if (outdated) {
            effects.addAll(registerAgain(which, now));
        } else if (!again) {
            effects.add(new Effect.Connected());
        }
        return effects;
    }

    private Identity identity() {
        var out = Identity.newBuilder().setEpoch(epoch);
        if (!clusterId.isEmpty()) {
            out.setClusterId(clusterId);
        }
        agentId.ifPresent(id -> out.setAgentId(id.toProto()));
        return out.build();
    }

    /** The master will not have us. For good: the agent ends. Else the next one is tried. */
    public List<Effect> refused(int which, String reason, boolean permanent, Instant now) {
        if (which != link || phase == Phase.ENDED) {
            return List.of();
        }
        var effects = new ArrayList<Effect>();
        effects.add(new Effect.Disconnect(link));
        if (permanent) {
            phase = Phase.ENDED;
            effects.add(new Effect.End(reason));
        } else {
            effects.addAll(linkLost(which, now, 1));
        }
        return effects;
    }

    /**
     * The time of this agent is over: it ends, but not before its tasks. Nobody would look after those that ignore what
     * they are told.
     */
    public List<Effect> gone(int which, String reason, Instant now) {
        var effects = new ArrayList<>(refused(which, reason, true, now));
        if (effects.removeIf(Effect.End.class::isInstance)) {
            ending = Optional.of(new Ending(reason, now.plus(END_PATIENCE)));
        }
        return effects;
    }

    /** Time goes by for an agent that is to end. */
    public List<Effect> tickOfEnd(boolean idle, Instant now) {
        var due = ending.filter(e -> idle || !now.isBefore(e.by()));
        if (due.isEmpty()) {
            return List.of();
        }
        ending = Optional.empty();
        return List.of(new Effect.End(due.get().reason()));
    }

    /** What to do about a command. */
    public record Judgement(boolean obey, List<Effect> first) {}

    /**
     * Whether a command of this epoch over this link is obeyed.
     *
     * @return what to do before that
     */
    public Judgement judge(int which, long commandEpoch) {
        if (which != link || phase != Phase.REGISTERED) {
            return new Judgement(false, List.of());
        }
        if (commandEpoch < epoch) {
            return new Judgement(false, List.of(new Effect.SendStale(link, epoch)));
        }
        if (commandEpoch > epoch) {
            epoch = commandEpoch;
            return new Judgement(true, List.of(new Effect.Checkpoint(identity())));
        }
        return new Judgement(true, List.of());
    }

    /** How long it is until the next attempt is due; zero if it is due. */
    public Duration untilDue(Instant now) {
        return now.isBefore(wakeAt) ? Duration.between(now, wakeAt) : Duration.ZERO;
    }

    /** Where the link leads, if there is one that a master has answered. */
    public Optional<String> master() {
        return phase == Phase.REGISTERED ? current : Optional.empty();
    }

    public boolean isRegistered() {
        return phase == Phase.REGISTERED;
    }

    public long epoch() {
        return epoch;
    }

    /** The cluster that is obeyed; empty before the first registration. */
    public String clusterId() {
        return clusterId;
    }

    /** Of the registration that was asked for last: higher than of any before, earlier starts included. */
    public long number() {
        return number;
    }

    public Optional<AgentId> agentId() {
        return agentId;
    }
}
