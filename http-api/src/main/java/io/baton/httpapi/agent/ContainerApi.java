package io.baton.httpapi.agent;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ContainerProtocol.Attachment;
import io.baton.core.protocol.ContainerProtocol.Wanted;
import io.baton.httpapi.codec.CallReader;
import io.baton.httpapi.codec.CallReader.UnreadableCallException;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.BodyBudget;
import io.baton.httpapi.server.Connection;
import io.baton.httpapi.server.Exchange;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerStatus;
import io.baton.v1.agent.Call;
import io.baton.v1.agent.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
import scala.concurrent.duration.FiniteDuration;

/** The calls about containers that are started by call, and their input and output. */
final class ContainerApi {
    static final String RECORDIO = "application/recordio";

    /** How often output says that it is there still (Mesos: {@code http_heartbeat_interval}). */
    static final Duration HEARTBEAT = Duration.ofSeconds(30);

    /** How long it can be asked how a session ended. */
    static final Duration REMOVE_AFTER = Duration.ofSeconds(10);

    /** To an executor that shows a token and asks for something else. */
    static final Refusal NOT_OPEN = Refusal.of(
            403, "An executor may start, wait for, end and attach to containers in its own, and nothing else");

    static final Refusal NO_RECORDS =
            Refusal.of(415, "Expecting 'Content-Type' to be " + RECORDIO + " for ATTACH_CONTAINER_INPUT call");

    static final Refusal NO_STREAM =
            Refusal.of(415, "Expecting 'Message-Content-Type' to be not set for non-streaming requests");

    private static final Refusal NO_MESSAGE_TYPE =
            Refusal.badRequest("Expecting 'Message-Content-Type' to be set for streaming requests");

    /** In the words of Mesos, which clients look for. */
    static final Refusal NO_SWITCHBOARD = Refusal.of(500, "I/O switchboard server was disabled for this container");

    private static final String MESSAGE_TYPE = "Message-Content-Type";
    private static final String BLOCKING = "pekko.actor.default-blocking-io-dispatcher";
    private static final int STREAM_BUFFER = 2;
    private static final int KILL = 9;

    /** Instead of an end, for whoever has gone. */
    private static final ContainerProtocol.Ended NOBODY_WAITS = new ContainerProtocol.Ended(false, Optional.empty());

    private final Consumer<ContainerProtocol> agent;
    private final Materializer materializer;
    private final Duration firstRecord;

    /** @param firstRecord how long the first record of an input may take to come */
    ContainerApi(Consumer<ContainerProtocol> agent, Materializer materializer, Duration firstRecord) {
        this.agent = agent;
        this.materializer = materializer;
        this.firstRecord = firstRecord;
    }

    /** Those that run. */
    CompletionStage<List<ContainerStatus>> running() {
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

    /**
     * Answers a call about a container.
     *
     * @param call that {@link ContainerCallRules} find nothing wrong with
     * @param connection on which it came: who has gone waits for nothing
     * @param byExecutor whether an executor makes it, which has shown its token
     */
    CompletionStage<HttpResponse> answer(Call call, Connection connection, boolean byExecutor, Encoding encoding) {
        return switch (call.getType()) {
            case LAUNCH_NESTED_CONTAINER -> {
                var launch = call.getLaunchNestedContainer();
                yield launch(
                        launch.getContainerId(),
                        new Wanted(launch.getCommand(), launch.getContainer(), List.of(), false, byExecutor));
            }
            case LAUNCH_CONTAINER -> {
                var launch = call.getLaunchContainer();
                yield launch.getLimitsCount() > 0
                        ? CompletableFuture.completedFuture(
                                Refusal.badRequest("'launch_container.limits': containers that are started by call"
                                                + " have no limits beside their resources")
                                        .response())
                        : launch(
                                launch.getContainerId(),
                                new Wanted(
                                        launch.getCommand(),
                                        launch.getContainer(),
                                        launch.getResourcesList(),
                                        false,
                                        byExecutor));
            }
            case WAIT_NESTED_CONTAINER ->
                await(call.getWaitNestedContainer().getContainerId(), connection, true, encoding);
            case WAIT_CONTAINER -> await(call.getWaitContainer().getContainerId(), connection, false, encoding);
            case KILL_NESTED_CONTAINER -> {
                var kill = call.getKillNestedContainer();
                yield kill(kill.getContainerId(), kill.hasSignal() ? kill.getSignal() : KILL);
            }
            case KILL_CONTAINER -> {
                var kill = call.getKillContainer();
                yield kill(kill.getContainerId(), kill.hasSignal() ? kill.getSignal() : KILL);
            }
            case REMOVE_NESTED_CONTAINER ->
                remove(call.getRemoveNestedContainer().getContainerId());
            case REMOVE_CONTAINER -> remove(call.getRemoveContainer().getContainerId());
            case PRUNE_IMAGES -> prune(call.getPruneImages());
            default -> throw new IllegalStateException(call.getType() + " is not about containers");
        };
    }

    private CompletionStage<HttpResponse> launch(ContainerID id, Wanted wanted) {
        return ask((CompletableFuture<CallAnswer> answer) -> new ContainerProtocol.Launch(id, wanted, answer))
                .thenApply(ContainerApi::response);
    }

    private CompletionStage<HttpResponse> kill(ContainerID id, int signal) {
        return ask((CompletableFuture<CallAnswer> answer) -> new ContainerProtocol.Kill(id, signal, answer))
                .thenApply(ContainerApi::response);
    }

    private CompletionStage<HttpResponse> prune(Call.PruneImages call) {
        var names = call.getExcludedImagesList().stream()
                .map(image -> image.getDocker().getName())
                .filter(name -> !name.isEmpty())
                .toList();
        return ask((CompletableFuture<CallAnswer> answer) -> new ContainerProtocol.PruneImages(names, answer))
                .thenApply(ContainerApi::response);
    }

    private CompletionStage<HttpResponse> remove(ContainerID id) {
        return ask((CompletableFuture<CallAnswer> answer) -> new ContainerProtocol.Remove(id, answer))
                .thenApply(ContainerApi::response);
    }

    private CompletionStage<HttpResponse> await(
            ContainerID id, Connection connection, boolean nested, Encoding encoding) {
        return ask((CompletableFuture<ContainerProtocol.Ended> answer) -> {
                    connection.onClosed(() -> answer.complete(NOBODY_WAITS));
                    return new ContainerProtocol.Wait(id, answer);
                })
                .thenApply(end -> {
                    if (!end.known()) {
                        return unknown(id).response();
                    }
                    return Replies.message(encoding, ended(end.status(), nested));
                });
    }

    private static Response ended(Optional<Integer> status, boolean nested) {
        var out = Response.newBuilder();
        if (nested) {
            var wait = out.setType(Response.Type.WAIT_NESTED_CONTAINER).getWaitNestedContainerBuilder();
            status.ifPresent(wait::setExitStatus);
        } else {
            var wait = out.setType(Response.Type.WAIT_CONTAINER).getWaitContainerBuilder();
            status.ifPresent(wait::setExitStatus);
        }
        return out.build();
    }

    private static Refusal unknown(ContainerID id) {
        return Refusal.of(404, "Container " + ContainerProtocol.text(id) + " cannot be found");
    }

    /** The container ends with the client's connection. */
    CompletionStage<HttpResponse> session(Exchange exchange, Call.LaunchNestedContainerSession call, AnswerForm form) {
        var id = call.getContainerId();
        var byExecutor = exchange.executor().isPresent();
        var wanted = new Wanted(call.getCommand(), call.getContainer(), List.of(), true, byExecutor);
        var launch = ask((CompletableFuture<CallAnswer> answer) -> new ContainerProtocol.Launch(id, wanted, answer));
        var once = new AtomicBoolean();
        Runnable end = () -> {
            if (once.compareAndSet(false, true)) {
                end(id);
            }
        };
        exchange.connection().onClosed(() -> endIfOurs(id, launch, end));
        return launch.thenCompose(launched -> isOurs(launched)
                ? output(exchange, id, form, end)
                : CompletableFuture.completedFuture(response(launched)));
    }

    private static boolean isOurs(CallAnswer launched) {
        return launched.status() == CallAnswer.OK.status();
    }

    /** A launch takes as long as its files are fetched; a refusal is there once the agent has answered anything later. */
    private void endIfOurs(ContainerID id, CompletableFuture<CallAnswer> launch, Runnable end) {
        var later = launch.isDone()
                ? launch
                : ask((CompletableFuture<Optional<Attachment>> answer) -> new ContainerProtocol.Attach(id, answer));
        later.thenRun(() -> {
            if (!launch.isDone() || isOurs(launch.join())) {
                end.run();
            }
        });
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

    CompletionStage<HttpResponse> attachOutput(Exchange exchange, ContainerID id, AnswerForm form) {
        return output(exchange, id, form, () -> {});
    }

    private CompletionStage<HttpResponse> output(
            Exchange exchange, ContainerID id, AnswerForm form, Runnable whenEnded) {
        return ask((CompletableFuture<Optional<Attachment>> answer) -> new ContainerProtocol.Attach(id, answer))
                .thenApply(found -> refusal(id, found)
                        .map(Refusal::response)
                        .orElseGet(() -> stream(exchange, found.orElseThrow(), form, whenEnded)));
    }

    /** Why nobody can attach to this container, if that is so. */
    static Optional<Refusal> refusal(ContainerID id, Optional<Attachment> found) {
        if (found.isEmpty()) {
            return Optional.of(unknown(id));
        }
        return found.get().session() ? Optional.empty() : Optional.of(NO_SWITCHBOARD);
    }

    private static HttpResponse stream(Exchange exchange, Attachment container, AnswerForm form, Runnable whenEnded) {
        var records = Source.fromGraph(new ProcessOutput(container, form.encoding(), HEARTBEAT, () -> {
                    exchange.connection().streamEnded();
                    whenEnded.run();
                }))
                .async(BLOCKING, STREAM_BUFFER);
        var answer = HttpResponse.create();
        return form.records()
                ? answer.addHeader(
                                RawHeader.create(MESSAGE_TYPE, form.encoding().contentType()))
                        .withEntity(HttpEntities.createChunked(
                                ContentTypes.create(MediaTypes.applicationBinary("recordio", false)), records))
                : answer.withEntity(HttpEntities.createChunked(Replies.contentType(form.encoding()), records));
    }

    /** The answer comes when the body has ended, or when no more of it is taken. */
    CompletionStage<HttpResponse> attachInput(Exchange exchange) {
        var type = exchange.header(MESSAGE_TYPE);
        if (type.isEmpty()) {
            return CompletableFuture.completedFuture(NO_MESSAGE_TYPE.response());
        }
        Encoding encoding;
        try {
            encoding = CallReader.encoding(type);
        } catch (UnreadableCallException e) {
            return CompletableFuture.completedFuture(e.refusal().response());
        }
        var input = new ProcessInput(encoding, agent, exchange.executor(), BodyBudget.OF_PROCESS);
        exchange.connection().onClosed(input::end);
        var due = materializer.scheduleOnce(
                FiniteDuration.apply(firstRecord.toMillis(), TimeUnit.MILLISECONDS), input::due);
        return exchange.request()
                .entity()
                .withoutSizeLimit() // Each record has one.
                .getDataBytes()
                .mapAsync(1, input::take)
                .runWith(Sink.ignore(), materializer)
                .thenApply(done -> input.answer())
                .applyToEither(input.refused(), answer -> answer)
                .whenComplete((answer, failure) -> {
                    due.cancel();
                    input.end();
                });
    }
}
