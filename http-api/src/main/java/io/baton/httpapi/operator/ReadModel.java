package io.baton.httpapi.operator;

import io.baton.core.protocol.ViewProtocol;
import io.baton.core.protocol.ViewProtocol.Numbers;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.httpapi.codec.Accept;
import io.baton.httpapi.codec.EntityTag;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Exchange;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * Asks this master's read model. It hands out a picture, which costs it little; the answer is made of that on threads
 * that do nothing else, so that readers of a large cluster keep no calls waiting.
 */
public final class ReadModel {
    private static final String THREADS = "baton.http.reads-dispatcher";

    /** The part of the heap that kept answers may take, as a divisor. */
    private static final int HEAP_PART = 16;

    private final ActorSystem<?> system;
    private final RecipientRef<ViewProtocol> view;
    private final Duration timeout;
    private final Supplier<Optional<String>> cutOff;
    private final Executor threads;
    private final SharedAnswers shared;

    /** @param cutOff why this master would not hear of changes now, empty if it does: each answer then says so */
    public ReadModel(
            ActorSystem<?> system,
            RecipientRef<ViewProtocol> view,
            Duration timeout,
            Supplier<Optional<String>> cutOff) {
        this.system = system;
        this.view = view;
        this.timeout = timeout;
        this.cutOff = cutOff;
        this.threads = system.dispatchers().lookup(DispatcherSelector.fromConfig(THREADS));
        this.shared = new SharedAnswers(threads, Runtime.getRuntime().maxMemory() / HEAP_PART);
    }

    /** Answers with what is made of the state, or 503 if it does not come in time. */
    public CompletionStage<HttpResponse> answer(Function<StateView, HttpResponse> with) {
        return picture().thenApplyAsync(state -> state == null ? late() : marked(with.apply(state)), threads);
    }

    /** Answers with what is made of the state and of what has been counted, or 503 if one of them does not come in time. */
    public CompletionStage<HttpResponse> numbers(BiFunction<StateView, Numbers, HttpResponse> with) {
        var counted = AskPattern.ask(view, ViewProtocol.GetNumbers::new, timeout, system.scheduler())
                .handle((numbers, failure) -> numbers);
        return picture()
                .thenCombineAsync(
                        counted,
                        (state, numbers) ->
                                state == null || numbers == null ? late() : marked(with.apply(state, numbers)),
                        threads);
    }

    /** How often an answer was given that was made for somebody else, or before. */
    public long reused() {
        return shared.reused();
    }

    /**
     * As {@link #answer}, for what may be large and is asked for often: made once for all who ask at the same time.
     *
     * @param question the same for whoever is to get the same
     */
    public CompletionStage<HttpResponse> sharedAnswer(
            Exchange exchange, String question, Function<StateView, HttpResponse> with) {
        boolean gzip = Accept.gzip(exchange.header("Accept-Encoding"));
        return picture()
                .thenCompose(state -> state == null
                        ? done(late())
                        : shared(question, gzip, state, with).thenApply(this::marked));
    }

    /** As {@link #sharedAnswer}, with a tag: 304 for whoever has what it says already. */
    public CompletionStage<HttpResponse> taggedAnswer(
            Exchange exchange, String question, Function<StateView, HttpResponse> with) {
        boolean gzip = Accept.gzip(exchange.header("Accept-Encoding"));
        var known = exchange.header("If-None-Match");
        return picture().thenCompose(state -> {
            if (state == null) {
                return done(late());
            }
            var tag = EntityTag.of(state.version());
            var answer = tag.isIn(known)
                    ? done(tag.notModified())
                    : shared(question, gzip, state, newest -> EntityTag.of(newest.version())
                            .on(with.apply(newest)));
            return answer.thenApply(this::marked);
        });
    }

    /** With a warning on what may have changed since, as RFC 7234, 5.5.1, has it. What is kept for others has none. */
    private HttpResponse marked(HttpResponse answer) {
        return cutOff.get()
                .map(why -> answer.addHeader(RawHeader.create("Warning", "110 - \"" + why + "\"")))
                .orElse(answer);
    }

    private CompletionStage<HttpResponse> shared(
            String question, boolean gzip, StateView state, Function<StateView, HttpResponse> with) {
        return gzip
                ? shared.answer("gzip " + question, state, with.andThen(Replies::gzipped))
                : shared.answer(question, state, with);
    }

    /** Null if it does not come in time. */
    private CompletionStage<StateView> picture() {
        return AskPattern.ask(view, ViewProtocol.GetState::new, timeout, system.scheduler())
                .handle((state, failure) -> state);
    }

    private static HttpResponse late() {
        return Refusal.unavailable("The read model of this master").response();
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }
}
