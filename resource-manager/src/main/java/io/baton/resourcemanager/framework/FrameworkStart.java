package io.baton.resourcemanager.framework;

import io.baton.core.protocol.FrameworkProtocol;
import io.baton.resourcemanager.registry.Registrar;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A framework's entity until its master's registry has started: what comes waits. */
final class FrameworkStart {
    /** Most messages that wait; everything that matters is said again. */
    static final int MOST_WAITING = 1000;

    private record Started(Registrar registrar) implements FrameworkProtocol.Internal {}

    private record Failed() implements FrameworkProtocol.Internal {}

    private FrameworkStart() {}

    /** @param then what it is from then on */
    static Behavior<FrameworkProtocol> waiting(
            CompletionStage<? extends Registrar> starting, Function<Registrar, Behavior<FrameworkProtocol>> then) {
        return Behaviors.withStash(
                MOST_WAITING,
                waiting -> Behaviors.setup(context -> {
                    context.pipeToSelf(
                            starting, (registrar, failure) -> failure == null ? new Started(registrar) : new Failed());
                    return Behaviors.receive(FrameworkProtocol.class)
                            .onMessage(Started.class, m -> waiting.unstashAll(then.apply(m.registrar())))
                            .onMessage(Failed.class, m -> Behaviors.stopped())
                            .onAnyMessage(m -> {
                                if (!waiting.isFull()) {
                                    waiting.stash(m);
                                }
                                return Behaviors.same();
                            })
                            .build();
                }));
    }
}
