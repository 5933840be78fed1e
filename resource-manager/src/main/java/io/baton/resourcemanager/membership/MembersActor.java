package io.baton.resourcemanager.membership;

import io.baton.core.membership.MasterAddress;
import io.baton.core.membership.MembershipProtocol;
import io.baton.core.membership.MembershipProtocol.Introduce;
import io.baton.core.protocol.ViewProtocol;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/**
 * Knows the other masters: each says where it listens to each that it can reach. Who cannot be reached is left out of
 * the list until it can be again.
 */
public final class MembersActor extends AbstractBehavior<MembershipProtocol> {
    static final ServiceKey<MembershipProtocol> KEY = ServiceKey.create(MembershipProtocol.class, "masters");

    /** How often it is said again: the first word may have been lost on its way. */
    static final Duration AGAIN = Duration.ofSeconds(3);

    private enum Tick implements MembershipProtocol.Internal {
        TICK
    }

    /** This master listens: others may know. */
    public record Listening(MasterAddress address) implements MembershipProtocol.Internal {}

    /** This master is about to stop: nobody should turn to it any more. */
    public record Leaving() implements MembershipProtocol.Internal {}

    private record Listed(Set<ActorRef<MembershipProtocol>> reachable, Set<ActorRef<MembershipProtocol>> all)
            implements MembershipProtocol.Internal {}

    private final ActorRef<ViewProtocol> view;
    private final Consumer<List<MasterAddress>> publish;
    private final Consumer<List<ActorRef<ViewProtocol>>> views;
    private final Map<ActorRef<MembershipProtocol>, Introduce> introduced = new LinkedHashMap<>();
    private Set<ActorRef<MembershipProtocol>> reachable = Set.of();
    private Set<ActorRef<MembershipProtocol>> all = Set.of();
    private Introduce own;

    private MembersActor(
            ActorContext<MembershipProtocol> context,
            ActorRef<ViewProtocol> view,
            Consumer<List<MasterAddress>> publish,
            Consumer<List<ActorRef<ViewProtocol>>> views) {
        super(context);
        this.view = view;
        this.publish = publish;
        this.views = views;
        var receptionist = context.getSystem().receptionist();
        receptionist.tell(Receptionist.subscribe(
                KEY,
                context.messageAdapter(
                        Receptionist.Listing.class,
                        listing -> new Listed(listing.getServiceInstances(KEY), listing.getAllServiceInstances(KEY)))));
    }

    /**
     * The actor of one master.
     *
     * @param view this master's read model
     * @param publish takes the masters that can be reached, this one included, whenever they change
     * @param views takes the other masters' read models, whenever they change
     */
    public static Behavior<MembershipProtocol> create(
            ActorRef<ViewProtocol> view,
            Consumer<List<MasterAddress>> publish,
            Consumer<List<ActorRef<ViewProtocol>>> views) {
        return Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Tick.TICK, AGAIN);
            return Behaviors.setup(context -> new MembersActor(context, view, publish, views));
        });
    }

    @Override
    public Receive<MembershipProtocol> createReceive() {
        return newReceiveBuilder()
                .onMessage(Listening.class, this::listening)
                .onMessage(Leaving.class, m -> leaving())
                .onMessage(Introduce.class, this::introduced)
                .onMessage(Listed.class, this::listed)
                .onMessageEquals(Tick.TICK, this::again)
                .build();
    }

    private Behavior<MembershipProtocol> listening(Listening m) {
        var self = getContext().getSelf();
        own = new Introduce(self, m.address(), view);
        introduced.put(self, own);
        getContext().getSystem().receptionist().tell(Receptionist.register(KEY, self));
        all.forEach(other -> other.tell(own));
        return changed();
    }

    private Behavior<MembershipProtocol> leaving() {
        var self = getContext().getSelf();
        introduced.remove(self);
        own = null;
        getContext().getSystem().receptionist().tell(Receptionist.deregister(KEY, self));
        return changed();
    }

    private Behavior<MembershipProtocol> introduced(Introduce m) {
        return m.equals(introduced.put(m.from(), m)) ? this : changed();
    }

    private Behavior<MembershipProtocol> again() {
        if (own != null) {
            all.stream().filter(other -> !other.equals(own.from())).forEach(other -> other.tell(own));
        }
        return this;
    }

    private Behavior<MembershipProtocol> listed(Listed m) {
        var known = all;
        var gone = new HashSet<>(known);
        gone.removeAll(m.all());
        introduced.keySet().removeAll(gone);
        reachable = m.reachable();
        all = m.all();
        if (own != null) {
            all.stream()
                    .filter(other -> !known.contains(other) && !other.equals(own.from()))
                    .forEach(other -> other.tell(own));
        }
        return changed();
    }

    private Behavior<MembershipProtocol> changed() {
        var there = introduced.values().stream()
                .filter(master -> master == own || reachable.contains(master.from()))
                .toList();
        publish.accept(there.stream()
                .map(Introduce::address)
                .sorted(Comparator.comparing(MasterAddress::http))
                .toList());
        views.accept(there.stream()
                .map(Introduce::view)
                .filter(other -> !other.equals(view))
                .toList());
        return this;
    }
}
