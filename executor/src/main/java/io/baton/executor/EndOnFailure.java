package io.baton.executor;

import io.baton.executor.agent.AgentCommand;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Tells that the agent's actor has failed. It is stopped then, and what it had in mind is gone: an agent that went on
 * without it would answer by HTTP and hear of no task any more. The next one finds all in the journal.
 */
final class EndOnFailure extends BehaviorInterceptor<AgentCommand, AgentCommand> {
    private final Consumer<String> end;

    private EndOnFailure(Consumer<String> end) {
        super(AgentCommand.class);
        this.end = end;
    }

    /** The same behavior; if it fails, {@code end} is told the reason. */
    static Behavior<AgentCommand> of(Behavior<AgentCommand> agent, Consumer<String> end) {
        return Behaviors.intercept(() -> new EndOnFailure(end), agent);
    }

    @Override
    public Behavior<AgentCommand> aroundStart(
            TypedActorContext<AgentCommand> context, PreStartTarget<AgentCommand> target) {
        try {
            return target.start(context);
        } catch (RuntimeException | Error failure) {
            tell(failure);
            throw failure;
        }
    }

    @Override
    public Behavior<AgentCommand> aroundReceive(
            TypedActorContext<AgentCommand> context, AgentCommand message, ReceiveTarget<AgentCommand> target) {
        try {
            return target.apply(context, message);
        } catch (RuntimeException | Error failure) {
            tell(failure);
            throw failure;
        }
    }

    private void tell(Throwable failure) {
        end.accept("the agent has failed: " + failure + ". Tasks go on; start the agent again");
    }
}
