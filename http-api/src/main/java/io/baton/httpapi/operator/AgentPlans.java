package io.baton.httpapi.operator;

import io.baton.core.id.AgentId;
import io.baton.core.id.IdRules;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.RateLimit;
import io.baton.v1.AgentID;
import io.baton.v1.DrainConfig;
import io.baton.v1.DurationInfo;
import io.baton.v1.master.Call;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What operators want of an agent: the calls MARK_AGENT_GONE, DRAIN_AGENT, DEACTIVATE_AGENT and REACTIVATE_AGENT. */
public final class AgentPlans {
    private static final int NANOS_OF_A_SECOND = 1_000_000_000;

    /**
     * Of agents that this master's read model does not know so many may be named in a second, ten times as many at once:
     * each question makes an owner for one, which stays for minutes.
     */
    static final int UNSEEN_PER_SECOND = 10;

    private static final String UNSEEN = "agents that nobody has seen";

    private final ActorSystem<?> system;
    private final Function<AgentId, RecipientRef<AgentProtocol>> agents;
    private final ReadModel reads;
    private final RateLimit unseen = new RateLimit(UNSEEN_PER_SECOND, 10 * UNSEEN_PER_SECOND, System::nanoTime);
    private final Duration callTimeout;

    public AgentPlans(
            ActorSystem<?> system,
            Function<AgentId, RecipientRef<AgentProtocol>> agents,
            ReadModel reads,
            Duration callTimeout) {
        this.system = system;
        this.agents = agents;
        this.reads = reads;
        this.callTimeout = callTimeout;
    }

    /** @param call of one of these types */
    CompletionStage<HttpResponse> answer(Call call) {
        return switch (call.getType()) {
            case MARK_AGENT_GONE -> ask(call.getMarkAgentGone().getAgentId(), 404, AgentProtocol.MarkGone::new);
            case DRAIN_AGENT -> {
                var drain = call.getDrainAgent();
                var grace = drain.getMaxGracePeriod();
                yield grace.getSeconds() < 0 || grace.getNanos() < 0 || grace.getNanos() >= NANOS_OF_A_SECOND
                        ? CompletableFuture.completedFuture(
                                Refusal.badRequest("'max_grace_period' is negative, or has 'nanos' of a second or more")
                                        .response())
                        : ask(drain.getAgentId(), 400, replyTo -> new AgentProtocol.Drain(config(drain), replyTo));
            }
            case DEACTIVATE_AGENT -> ask(call.getDeactivateAgent().getAgentId(), 400, AgentProtocol.Deactivate::new);
            case REACTIVATE_AGENT -> ask(call.getReactivateAgent().getAgentId(), 400, AgentProtocol.Reactivate::new);
            default -> throw new IllegalStateException(call.getType() + " is not about an agent");
        };
    }

    private static DrainConfig config(Call.DrainAgent drain) {
        var config = DrainConfig.newBuilder();
        if (drain.hasMaxGracePeriod()) {
            var grace = drain.getMaxGracePeriod();
            long whole = TimeUnit.SECONDS.toNanos(grace.getSeconds());
            config.setMaxGracePeriod(DurationInfo.newBuilder()
                    .setNanoseconds(
                            whole > Long.MAX_VALUE - grace.getNanos() ? Long.MAX_VALUE : whole + grace.getNanos()));
        }
        if (drain.hasMarkGone()) {
            config.setMarkGone(drain.getMarkGone());
        }
        return config.build();
    }

    private CompletionStage<HttpResponse> ask(
            AgentID agent, int ifUnknown, Function<ActorRef<CallAnswer>, AgentProtocol> message) {
        var id = agent.getValue();
        if (IdRules.problemOfId(id).isPresent()) {
            return CompletableFuture.completedFuture(
                    Refusal.of(ifUnknown, "there is no agent '" + IdRules.printable(id) + "'")
                            .response());
        }
        return reads.answer(view -> isSeen(view, id) || unseen.allows(UNSEEN)
                        ? Replies.ok()
                        : Refusal.tooMany(
                                        "Too many questions about agents that nobody has seen; please try again later")
                                .response())
                .thenCompose(known -> known.status().intValue() == 200
                        ? askOwner(new AgentId(id), message)
                        : CompletableFuture.completedFuture(known));
    }

    private static boolean isSeen(StateView view, String id) {
        return view.state().getGetAgents().getAgentsList().stream()
                .anyMatch(agent -> agent.getAgentInfo().getId().getValue().equals(id));
    }

    private CompletionStage<HttpResponse> askOwner(
            AgentId agent, Function<ActorRef<CallAnswer>, AgentProtocol> message) {
        return AskPattern.<AgentProtocol, CallAnswer>ask(
                        agents.apply(agent), message::apply, callTimeout, system.scheduler())
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
