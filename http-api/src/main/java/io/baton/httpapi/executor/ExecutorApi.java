package io.baton.httpapi.executor;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ExecutorProtocol;
import io.baton.httpapi.codec.Accept;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Handler;
import io.baton.httpapi.stream.ExecutorStream;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.executor.Call;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;

/**
 * {@code POST /api/v1/executor} of an agent. Checks come in the order of Mesos: content type, body, form, then what only
 * the agent knows.
 */
public final class ExecutorApi implements Handler {
    private static final int FIRST_REFUSAL = 300;

    private final Consumer<ExecutorProtocol> agent;
    private final ExecutorStream.Setup streams;
    private final Bodies bodies;
    private final Duration callTimeout;

    /**
     * @param agent takes what executors say; never blocks
     */
    public ExecutorApi(
            Consumer<ExecutorProtocol> agent, ExecutorStream.Setup streams, Bodies bodies, Duration callTimeout) {
        this.agent = agent;
        this.streams = streams;
        this.bodies = bodies;
        this.callTimeout = callTimeout;
    }

    @Override
    public CompletionStage<HttpResponse> handle(Exchange exchange) {
        return bodies.readCall(exchange, Call::newBuilder, call -> call(exchange, call.build()));
    }

    private CompletionStage<HttpResponse> call(Exchange exchange, Call call) {
        var problem = ExecutorCallRules.problem(call);
        if (problem.isPresent()) {
            return done(Refusal.badRequest("Failed to validate Executor::Call: " + problem.get()));
        }
        return switch (call.getType()) {
            case UNKNOWN -> done(Refusal.notImplemented("UNKNOWN"));
            case HEARTBEAT -> CompletableFuture.completedFuture(Replies.accepted());
            case SUBSCRIBE -> subscribe(exchange, call);
            case UPDATE, MESSAGE ->
                ask(answer -> new ExecutorProtocol.Invoke(call, exchange.executor(), answer), Replies::accepted);
        };
    }

    private CompletionStage<HttpResponse> subscribe(Exchange exchange, Call call) {
        var accepted = Accept.encoding(exchange.header("Accept"));
        return accepted.isEmpty()
                ? done(Refusal.NOT_ACCEPTABLE)
                : ask(
                        answer -> new ExecutorProtocol.Find(call, exchange.executor(), answer),
                        () -> stream(exchange, call, accepted.get()));
    }

    private HttpResponse stream(Exchange exchange, Call call, Encoding encoding) {
        var records = Source.fromGraph(new ExecutorStream(call, encoding, exchange.connection(), agent, streams));
        return HttpResponse.create().withEntity(HttpEntities.createChunked(Replies.contentType(encoding), records));
    }

    private CompletionStage<HttpResponse> ask(
            Function<CompletableFuture<CallAnswer>, ExecutorProtocol> question, Supplier<HttpResponse> then) {
        var answer = new CompletableFuture<CallAnswer>();
        agent.accept(question.apply(answer));
        return answer.orTimeout(callTimeout.toMillis(), TimeUnit.MILLISECONDS).handle((given, failure) -> {
            if (failure != null) {
                return Refusal.unavailable("The agent").response();
            }
            return given.status() < FIRST_REFUSAL
                    ? then.get()
                    : Refusal.of(given.status(), given.message()).response();
        });
    }

    private static CompletionStage<HttpResponse> done(Refusal refusal) {
        return CompletableFuture.completedFuture(refusal.response());
    }
}
