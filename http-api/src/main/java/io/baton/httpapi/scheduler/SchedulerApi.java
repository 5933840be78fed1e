package io.baton.httpapi.scheduler;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.IdRules;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.httpapi.codec.Accept;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Connection;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Handler;
import io.baton.httpapi.server.RateLimit;
import io.baton.httpapi.stream.EventStream;
import io.baton.httpapi.stream.LiveStreams.LiveStream;
import io.baton.httpapi.stream.StreamSetup;
import io.baton.httpapi.stream.Subscriber;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.recordio.RecordIo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * {@code POST /api/v1/scheduler}. Checks come in the order of Mesos: content type, body, form, then what only the
 * framework's entity knows.
 *
 * <p>A call on a stream that this process carries is told to the entity and answered 202 at once, since the entity
 * would say nothing else; all others are asked. Should the entity know the stream no more, it ends. One on a stream that this
 * process has ended since the entity moves, or this process stops, is refused here: whoever it comes to would do so.
 */
public final class SchedulerApi implements Handler {
    private static final String STREAM_ID = "Mesos-Stream-Id";

    private final ActorSystem<?> system;
    private final Function<FrameworkId, RecipientRef<FrameworkProtocol>> frameworks;
    private final Supplier<FrameworkId> newIds;
    private final Supplier<Optional<String>> readOnly;
    private final StreamSetup streams;
    private final Bodies bodies;
    private final RateLimit subscriptions;
    private final Map<Call.Type, CounterDataPoint> calls = new EnumMap<>(Call.Type.class);
    private final Duration callTimeout;
    private final ActorRef<CallAnswer> nobody;

    /**
     * @param newIds gives each framework that names no id one that nobody has had
     * @param readOnly why no scheduler can be taken in now, empty if one can
     */
    public SchedulerApi(
            ActorSystem<?> system,
            Function<FrameworkId, RecipientRef<FrameworkProtocol>> frameworks,
            Supplier<FrameworkId> newIds,
            Supplier<Optional<String>> readOnly,
            StreamSetup streams,
            Bodies bodies,
            RateLimit subscriptions,
            Duration callTimeout) {
        this.system = system;
        this.frameworks = frameworks;
        this.newIds = newIds;
        this.readOnly = readOnly;
        this.streams = streams;
        this.bodies = bodies;
        this.subscriptions = subscriptions;
        this.callTimeout = callTimeout;
        this.nobody = system.ignoreRef();
        for (var type : Call.Type.values()) {
            calls.put(type, streams.metrics().calls().labelValues(type.name()));
        }
    }

    @Override
    public CompletionStage<HttpResponse> handle(Exchange exchange) {
        return bodies.readCall(exchange, Call::newBuilder, call -> call(exchange, call.build()));
    }

    private CompletionStage<HttpResponse> call(Exchange exchange, Call call) {
        var problem = CallRules.problem(call).or(() -> CallRules.problemOfPrincipal(call, exchange.principal()));
        if (problem.isPresent()) {
            return done(Refusal.badRequest("Failed to validate scheduler::Call: " + problem.get()));
        }
        return switch (call.getType()) {
            case UNKNOWN -> unknown(exchange, call);
            case SUBSCRIBE -> subscribe(exchange, call);
            case RECONCILE_OPERATIONS ->
                Accept.encoding(exchange.header("Accept")).isPresent()
                        ? invoke(exchange, call)
                        : done(Refusal.NOT_ACCEPTABLE);
            default -> invoke(exchange, call);
        };
    }

    /** Refused only if its framework may call at all: its session judges a call by which nothing is done. */
    private CompletionStage<HttpResponse> unknown(Exchange exchange, Call call) {
        var nothing = call.toBuilder().setType(Call.Type.REQUEST).setRequest(Call.Request.getDefaultInstance());
        return invoke(exchange, nothing.build())
                .thenApply(answer -> answer.status().isSuccess()
                        ? Refusal.of(501, "501 Not Implemented.").response()
                        : answer);
    }

    private CompletionStage<HttpResponse> invoke(Exchange exchange, Call call) {
        var framework = FrameworkId.fromProto(call.getFrameworkId());
        var streamId = exchange.header(STREAM_ID).orElse("");
        calls.get(call.getType()).inc();
        exchange.connection().calls();
        boolean answeredHere = call.getType() != Call.Type.TEARDOWN && call.getType() != Call.Type.UPDATE_FRAMEWORK;
        var principal = exchange.principal();
        var live = answeredHere ? streams.live().find(framework, streamId, principal) : Optional.<LiveStream>empty();
        if (live.isPresent()) {
            var replyTo = canBeLost(call.getType()) ? nobody : live.get().answers();
            frameworks.apply(framework).tell(new FrameworkProtocol.Invoke(call, streamId, principal, replyTo));
            return CompletableFuture.completedFuture(Replies.accepted());
        }
        if (streams.live().hasEnded(streamId)) {
            return done(Refusal.of(403, "Framework is not subscribed"));
        }
        if (IdRules.problemOfId(framework.value()).isPresent()) {
            return done(Refusal.badRequest("Framework cannot be found"));
        }
        return AskPattern.<FrameworkProtocol, CallAnswer>ask(
                        frameworks.apply(framework),
                        replyTo -> new FrameworkProtocol.Invoke(call, streamId, principal, replyTo),
                        callTimeout,
                        system.scheduler())
                .handle((answer, failure) -> failure == null ? response(answer) : unanswered(call.getType()));
    }

    /** It may have been done. Who hears 503 sends it again, which does not suit all. */
    private static HttpResponse unanswered(Call.Type type) {
        var session = "The framework's session";
        var refusal = type == Call.Type.ACCEPT || type == Call.Type.MESSAGE
                ? Refusal.of(
                        504,
                        session + " did not answer in time; it may have taken the " + type
                                + ", which must not be sent again")
                : Refusal.unavailable(session);
        return refusal.response();
    }

    /** Calls that come again if they are lost, and so need no answer from the entity to look at. */
    private static boolean canBeLost(Call.Type type) {
        return type == Call.Type.ACKNOWLEDGE || type == Call.Type.DECLINE;
    }

    private static HttpResponse response(CallAnswer answer) {
        return switch (answer.status()) {
            case 202 -> Replies.accepted();
            case 200 -> Replies.ok();
            default -> Refusal.of(answer).response();
        };
    }

    private CompletionStage<HttpResponse> subscribe(Exchange exchange, Call call) {
        var accepted = Accept.encoding(exchange.header("Accept"));
        if (accepted.isEmpty()) {
            return done(Refusal.NOT_ACCEPTABLE);
        }
        if (exchange.header(STREAM_ID).isPresent()) {
            return done(Refusal.badRequest("Subscribe calls should not include the 'Mesos-Stream-Id' header"));
        }
        if (!subscriptions.allows(exchange.connection().remote())) {
            return done(Refusal.tooMany("Too many subscriptions from your address; please try again later"));
        }
        var readOnlyNow = readOnly.get();
        if (readOnlyNow.isPresent()) {
            return done(Refusal.later("No scheduler can subscribe here now: " + readOnlyNow.get()));
        }
        var streamId = UUID.randomUUID().toString();
        var chosen = call.getFrameworkId().getValue();
        if (!chosen.isEmpty()) {
            var wrong = IdRules.problemOfChosenId(chosen);
            if (wrong.isPresent()) {
                return CompletableFuture.completedFuture(stream(
                        accepted.get(), streamId, refusedStream(accepted.get(), wrong.get(), exchange.connection())));
            }
        }
        var framework = chosen.isEmpty() ? newIds.get() : new FrameworkId(chosen);
        var subscriber = new Subscriber(
                framework,
                streamId,
                exchange.principal(),
                accepted.get(),
                exchange.connection(),
                frameworks.apply(framework),
                events -> subscription(
                        call.getSubscribe(), info(call, framework, exchange), !chosen.isEmpty(), streamId, events));
        return CompletableFuture.completedFuture(
                stream(accepted.get(), streamId, Source.fromGraph(new EventStream(subscriber, streams))));
    }

    private static FrameworkInfo info(Call call, FrameworkId framework, Exchange exchange) {
        var info = call.getSubscribe().getFrameworkInfo().toBuilder().setId(framework.toProto());
        exchange.principal().ifPresent(info::setPrincipal);
        return info.build();
    }

    private static FrameworkProtocol subscription(
            Call.Subscribe call,
            FrameworkInfo info,
            boolean chosen,
            String streamId,
            ActorRef<io.baton.core.protocol.StreamProtocol> events) {
        return new FrameworkProtocol.Subscribe(
                FrameworkId.fromProto(info.getId()),
                chosen,
                info,
                call.getSuppressedRolesList(),
                call.hasOfferConstraints() ? Optional.of(call.getOfferConstraints()) : Optional.empty(),
                streamId,
                events);
    }

    /** A stream of one ERROR: how Mesos refuses a subscriber whose call was well-formed. */
    private static Source<ByteString, ?> refusedStream(Encoding encoding, String text, Connection connection) {
        var error = Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage(text))
                .build();
        return Source.single(ByteString.fromArrayUnsafe(RecordIo.encode(encoding.write(error))))
                .watchTermination((used, ended) -> {
                    ended.whenComplete((ok, failure) -> connection.streamEnded());
                    return used;
                });
    }

    private static HttpResponse stream(Encoding encoding, String streamId, Source<ByteString, ?> records) {
        return HttpResponse.create()
                .addHeader(RawHeader.create(STREAM_ID, streamId))
                .withEntity(HttpEntities.createChunked(Replies.contentType(encoding), records));
    }

    private static CompletionStage<HttpResponse> done(Refusal refusal) {
        return CompletableFuture.completedFuture(refusal.response());
    }
}
