package io.baton.httpapi.operator;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.IdRules;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Handler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code POST /api/v1/tasks/FRAMEWORK/TASK/kill}: an operator ends a task. Answers 202, or 404 if none is alive. */
public final class TaskKills implements Handler {
    /** Below this path. */
    public static final String PATH = "/api/v1/tasks/";

    private static final String VERB = "kill";

    private final ActorSystem<?> system;
    private final Function<FrameworkId, RecipientRef<FrameworkProtocol>> frameworks;
    private final Duration callTimeout;

    public TaskKills(
            ActorSystem<?> system,
            Function<FrameworkId, RecipientRef<FrameworkProtocol>> frameworks,
            Duration callTimeout) {
        this.system = system;
        this.frameworks = frameworks;
        this.callTimeout = callTimeout;
    }

    @Override
    public CompletionStage<HttpResponse> handle(Exchange exchange) {
        exchange.request().discardEntityBytes(system);
        var parts = exchange.parts(PATH);
        if (parts.size() != 3 || !parts.get(2).equals(VERB)) {
            return CompletableFuture.completedFuture(Refusal.NOT_FOUND.response());
        }
        var framework = parts.get(0);
        var task = parts.get(1);
        var problem = IdRules.problemOfId(framework).or(() -> IdRules.problemOfId(task));
        if (problem.isPresent()) {
            return CompletableFuture.completedFuture(
                    Refusal.badRequest(problem.get()).response());
        }
        return AskPattern.<FrameworkProtocol, CallAnswer>ask(
                        frameworks.apply(new FrameworkId(framework)),
                        replyTo -> new FrameworkProtocol.KillTask(new TaskId(task), replyTo),
                        callTimeout,
                        system.scheduler())
                .handle((answer, failure) -> {
                    if (failure != null) {
                        return Refusal.unavailable("The framework's session").response();
                    }
                    return answer.status() < 300
                            ? Replies.accepted()
                            : Refusal.of(answer.status(), answer.message()).response();
                });
    }
}
