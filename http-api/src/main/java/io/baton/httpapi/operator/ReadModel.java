package io.baton.httpapi.operator;

import io.baton.core.protocol.ViewProtocol;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.httpapi.error.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Asks this master's read model. */
public final class ReadModel {
    private final ActorSystem<?> system;
    private final RecipientRef<ViewProtocol> view;
    private final Duration timeout;

    public ReadModel(ActorSystem<?> system, RecipientRef<ViewProtocol> view, Duration timeout) {
        this.system = system;
        this.view = view;
        this.timeout = timeout;
    }

    /** Answers with what is made of the state, or 503 if it does not come in time. */
    public CompletionStage<HttpResponse> answer(Function<StateView, HttpResponse> with) {
        return AskPattern.ask(view, ViewProtocol.GetState::new, timeout, system.scheduler())
                .handle((state, failure) -> failure == null
                        ? with.apply(state)
                        : Refusal.unavailable("The read model of this master").response());
    }
}
