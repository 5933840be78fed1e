package io.baton.httpapi.operator;

import io.baton.core.id.AgentId;
import io.baton.core.id.IdRules;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** An operator declares that an agent will never come back: the call MARK_AGENT_GONE. */
public final class GoneAgents {
    private final ActorSystem<?> system;
    private final Function<AgentId, RecipientRef<AgentProtocol>> agents;
    private final Duration callTimeout;

    public GoneAgents(
            ActorSystem<?> system, Function<AgentId, RecipientRef<AgentProtocol>> agents, Duration callTimeout) {
        this.system = system;
        this.agents = agents;
        this.callTimeout = callTimeout;
    }

    CompletionStage<HttpResponse> mark(String id) {
        if (IdRules.problemOfId(id).isPresent()) {
            return CompletableFuture.completedFuture(
                    Refusal.of(404, "there is no agent '" + IdRules.printable(id) + "'")
                            .response());
        }
        return AskPattern.<AgentProtocol, CallAnswer>ask(
                        agents.apply(new AgentId(id)), AgentProtocol.MarkGone::new, callTimeout, system.scheduler())
                .handle((answer, failure) -> {
                    if (failure != null) {
                        return Refusal.unavailable("The agent's owner").response();
                    }
                    return answer.status() < 300
                            ? Replies.ok()
                            : Refusal.of(answer).response();
                });
    }
}
