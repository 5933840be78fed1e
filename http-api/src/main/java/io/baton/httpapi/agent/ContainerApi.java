package io.baton.httpapi.agent;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ContainerProtocol.Attachment;
import io.baton.httpapi.codec.Accept;
import io.baton.httpapi.codec.CallReader;
import io.baton.httpapi.codec.CallReader.UnreadableCallException;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Exchange;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerInfo;
import io.baton.v1.TTYInfo;
import io.baton.v1.agent.Call;
import io.baton.v1.agent.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/** The calls about nested containers and their input and output. */
final class ContainerApi {
    static final String RECORDIO = "application/recordio";

    /** How long it can be asked how a session ended. */
    static final Duration REMOVE_AFTER = Duration.ofSeconds(10);

    private static final int KILL = 9;

    private final Consumer<ContainerProtocol> agent;
    private final Materializer materializer;

    ContainerApi(Consumer<ContainerProtocol> agent, Materializer materializer) {
        this.agent = agent;
        this.materializer = materializer;
    }

    /** Those that run, innermost ids with their parents. */
    CompletionStage<List<ContainerID>> running() {
        return ask(ContainerProtocol.ListRunning::new);
    }

    private <T> CompletableFuture<T> ask(Function<CompletableFuture<T>, ContainerProtocol> question) {
        var answer = new CompletableFuture<T>();
        agent.accept(question.apply(answer));
        return answer;
    }

    private static HttpResponse response(CallAnswer answer) {
        return switch (answer.status()) {
            case 200 -> Replies.ok();
            case 202 -> Replies.accepted();
            default -> Refusal.of(answer.status(), answer.message()).response();
        };
    }

    CompletionStage<HttpResponse> launch(Call.LaunchNestedContainer call) {
        return ask((CompletableFuture<CallAnswer> answer) -> new ContainerProtocol.Launch(
                        call.getContainerId(), call.getCommand(), false, Optional.empty(), answer))
                .thenApply(ContainerApi::response);
    }

    CompletionStage<HttpResponse> kill(Call.KillNestedContainer call) {
        return ask((CompletableFuture<CallAnswer> answer) -> new ContainerProtocol.Kill(
                        call.getContainerId(), call.hasSignal() ? call.getSignal() : KILL, answer))
                .thenApply(ContainerApi::response);
    }

    CompletionStage<HttpResponse> remove(ContainerID id) {
        return ask((CompletableFuture<CallAnswer> answer) -> new ContainerProtocol.Remove(id, answer))
                .thenApply(ContainerApi::response);
    }

    CompletionStage<HttpResponse> await(ContainerID id, Encoding encoding) {
        return ask((CompletableFuture<ContainerProtocol.Ended> answer) -> new ContainerProtocol.Wait(id, answer))
                .thenApply(end -> {
                    if (!end.known()) {
                        return unknown(id).response();
                    }
                    var out = Response.newBuilder().setType(Response.Type.WAIT_NESTED_CONTAINER);
                    var wait = out.getWaitNestedContainerBuilder();
                    end.status().ifPresent(wait::setExitStatus);
                    return Replies.message(encoding, out.build());
                });
    }

    private static Refusal unknown(ContainerID id) {
        return Refusal.of(404, "Container " + id.getValue() + " cannot be found");
    }

    /** The container ends with the client's connection. */
    CompletionStage<HttpResponse> session(Exchange exchange, Call.LaunchNestedContainerSession call) {
        var id = call.getContainerId();
        return ask((CompletableFuture<CallAnswer> answer) -> new ContainerProtocol.Launch(
                        id, commandOf(call), true, terminalOf(call.getContainer()), answer))
                .thenCompose(launched -> launched.status() == CallAnswer.OK.status()
                        ? output(exchange, id, () -> end(id))
                        : CompletableFuture.completedFuture(
                                launched.status() == CallAnswer.ACCEPTED.status()
                                        ? Refusal.badRequest("Container " + id.getValue() + " is there already")
                                                .response()
                                        : response(launched)));
    }

    private static CommandInfo commandOf(Call.LaunchNestedContainerSession call) {
        return call.getCommand();
    }

    private static Optional<TTYInfo> terminalOf(ContainerInfo container) {
        return container.hasTtyInfo() ? Optional.of(container.getTtyInfo()) : Optional.empty();
    }

    private void end(ContainerID id) {
        ask((CompletableFuture<CallAnswer> answer) -> new ContainerProtocol.Kill(id, KILL, answer))
                .thenCompose(killed -> ask(
                        (CompletableFuture<ContainerProtocol.Ended> answer) -> new ContainerProtocol.Wait(id, answer)))
                .thenComposeAsync(
                        ended ->
                                ask((CompletableFuture<CallAnswer> answer) -> new ContainerProtocol.Remove(id, answer)),
                        CompletableFuture.delayedExecutor(REMOVE_AFTER.toMillis(), TimeUnit.MILLISECONDS));
    }

    CompletionStage<HttpResponse> attachOutput(Exchange exchange, ContainerID id) {
        return output(exchange, id, () -> {});
    }

    private CompletionStage<HttpResponse> output(Exchange exchange, ContainerID id, Runnable whenEnded) {
        var accepted = Accept.encoding(exchange.header("Message-Accept")
                .or(() -> exchange.header("Accept").filter(a -> !a.contains(RECORDIO))));
        if (accepted.isEmpty()) {
            return CompletableFuture.completedFuture(Refusal.NOT_ACCEPTABLE.response());
        }
        return ask((CompletableFuture<Optional<Attachment>> answer) -> new ContainerProtocol.Attach(id, answer))
                .thenApply(found -> found.map(container -> stream(exchange, container, accepted.get(), whenEnded))
                        .orElseGet(() -> unknown(id).response()));
    }

    private static HttpResponse stream(Exchange exchange, Attachment container, Encoding encoding, Runnable whenEnded) {
        var records = Source.fromGraph(new ProcessOutput(container, encoding, () -> {
            exchange.connection().streamEnded();
            whenEnded.run();
        }));
        return HttpResponse.create()
                .addHeader(RawHeader.create("Message-Content-Type", encoding.contentType()))
                .withEntity(HttpEntities.createChunked(
                        ContentTypes.create(MediaTypes.applicationBinary("recordio", false)), records));
    }

    /** The answer comes when the body has ended. */
    CompletionStage<HttpResponse> attachInput(Exchange exchange) {
        Encoding encoding;
        try {
            encoding =
                    CallReader.encoding(exchange.header("Message-Content-Type").orElse(""));
        } catch (UnreadableCallException e) {
            return CompletableFuture.completedFuture(e.refusal().response());
        }
        var input = new ProcessInput(encoding, agent);
        return exchange.request()
                .entity()
                .getDataBytes()
                .mapAsync(1, input::take)
                .runWith(Sink.ignore(), materializer)
                .thenApply(done -> input.answer());
    }
}
