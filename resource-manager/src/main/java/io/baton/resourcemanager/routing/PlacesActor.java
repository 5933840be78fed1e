package io.baton.resourcemanager.routing;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ClusterEvent.MemberLeft;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Has this master learn where all shards are when another one leaves, by calling one entity of each. What was there has
 * moved by then, and whoever has given it its places still answers. If that is the one that leaves, the next one pauses for half
 * a second when it begins (Pekko's own), and all that is said to a shard whose place is not known here would wait for it: new
 * registrations, proposals, offers.
 */
public final class PlacesActor extends AbstractBehavior<PlacesActor.Message> {
    /** What it is told. */
    public interface Message {}

    /** Another master leaves. */
    enum Leaves implements Message {
        ANOTHER,
        THIS
    }

    private record Known(Optional<Registrar> registrar) implements Message {}

    private final CompletionStage<? extends Registrar> starting;
    private final Neighbours neighbours;
    private final UnaryOperator<String> agentShards;
    private final UnaryOperator<String> frameworkShards;

    private PlacesActor(
            ActorContext<Message> context,
            CompletionStage<? extends Registrar> starting,
            Neighbours neighbours,
            UnaryOperator<String> agentShards,
            UnaryOperator<String> frameworkShards) {
        super(context);
        this.starting = starting;
        this.neighbours = neighbours;
        this.agentShards = agentShards;
        this.frameworkShards = frameworkShards;
        var cluster = Cluster.get(context.getSystem());
        var self = cluster.selfMember().uniqueAddress();
        cluster.subscriptions()
                .tell(new Subscribe<>(
                        context.messageAdapter(
                                MemberLeft.class,
                                left -> left.member().uniqueAddress().equals(self) ? Leaves.THIS : Leaves.ANOTHER),
                        MemberLeft.class));
    }

    /**
     * The actor of one master.
     *
     * @param starting this master's registry, which knows whom to call
     * @param agentShards the shard of the agent with this id
     * @param frameworkShards the shard of the framework with this id
     */
    public static Behavior<Message> create(
            CompletionStage<? extends Registrar> starting,
            Neighbours neighbours,
            UnaryOperator<String> agentShards,
            UnaryOperator<String> frameworkShards) {
        return Behaviors.setup(context -> new PlacesActor(context, starting, neighbours, agentShards, frameworkShards));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Leaves.ANOTHER, this::look)
                .onMessageEquals(Leaves.THIS, () -> this)
                .onMessage(Known.class, this::call)
                .build();
    }

    private Behavior<Message> look() {
        getContext().pipeToSelf(starting, (started, failure) -> new Known(Optional.ofNullable(started)));
        return this;
    }

    private Behavior<Message> call(Known m) {
        m.registrar().ifPresent(registrar -> registrar.read(this::calls).forEach(Runnable::run));
        return this;
    }

    private List<Runnable> calls(RegistryState state) {
        var out = new ArrayList<Runnable>();
        var agents = new HashSet<String>();
        state.agents().forEach((id, entry) -> {
            if (entry.getState() == State.ADMITTED && agents.add(agentShards.apply(id))) {
                out.add(() -> neighbours.tell(new AgentId(id), new AgentProtocol.Wake()));
            }
        });
        var frameworks = new HashSet<String>();
        state.frameworks().forEach((id, entry) -> {
            if (!entry.hasRemovedAt() && frameworks.add(frameworkShards.apply(id))) {
                out.add(() -> neighbours.tell(new FrameworkId(id), new FrameworkProtocol.Wake()));
            }
        });
        return out;
    }
}
