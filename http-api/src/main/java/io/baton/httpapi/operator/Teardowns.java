package io.baton.httpapi.operator;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.IdRules;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Bodies;
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

/** An operator ends a framework: the call TEARDOWN, and {@code POST /teardown} with the id in a form body. */
public final class Teardowns implements Handler {
    private final ActorSystem<?> system;
    private final Function<FrameworkId, RecipientRef<FrameworkProtocol>> frameworks;
    private final Bodies bodies;
    private final Duration callTimeout;

    public Teardowns(
            ActorSystem<?> system,
            Function<FrameworkId, RecipientRef<FrameworkProtocol>> frameworks,
            Bodies bodies,
            Duration callTimeout) {
        this.system = system;
        this.frameworks = frameworks;
        this.bodies = bodies;
        this.callTimeout = callTimeout;
    }

    @Override
    public CompletionStage<HttpResponse> handle(Exchange exchange) {
        return BodyReading.form(bodies, exchange, form -> {
            var id = form.text("frameworkId");
            return id.isPresent()
                    ? teardown(id.get())
                    : done(Refusal.badRequest("Missing 'frameworkId' query parameter in the request body"));
        });
    }

    CompletionStage<HttpResponse> teardown(String id) {
        if (IdRules.problemOfId(id).isPresent()) {
            return done(Refusal.badRequest("No framework found with specified ID"));
        }
        return AskPattern.<FrameworkProtocol, CallAnswer>ask(
                        frameworks.apply(new FrameworkId(id)),
                        FrameworkProtocol.Teardown::new,
                        callTimeout,
                        system.scheduler())
                .handle((answer, failure) -> {
                    if (failure != null) {
                        return Refusal.unavailable("The framework's session").response();
                    }
                    return answer.status() < 300
                            ? Replies.ok()
                            : Refusal.of(answer).response();
                });
    }

    private static CompletionStage<HttpResponse> done(Refusal refusal) {
        return CompletableFuture.completedFuture(refusal.response());
    }
}
