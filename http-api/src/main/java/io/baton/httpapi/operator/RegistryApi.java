package io.baton.httpapi.operator;

import com.google.protobuf.UnsafeByteOperations;
import io.baton.core.id.IdRules;
import io.baton.core.operation.OperationAnswer;
import io.baton.core.operation.RegistryOperations;
import io.baton.httpapi.codec.Accept;
import io.baton.httpapi.codec.BadParameterException;
import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.codec.Problem;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Handler;
import io.baton.httpapi.server.Router;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * {@code /api/v1/operator/…}: what a master says of itself, who votes, and the registry as a file. Errors are problems.
 */
public final class RegistryApi {
    private static final String ROOT = "/api/v1/operator/";
    private static final String MASTERS = ROOT + "masters/";
    /** Of a snapshot that is restored; a quarter of the heap where that is less. */
    private static final long SNAPSHOT_BYTES =
            Math.min(256L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 4);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ActorSystem<?> system;
    private final Supplier<Optional<RegistryOperations>> operations;
    private final Supplier<Optional<String>> problem;
    private final Bodies snapshots;

    /** A snapshot is held in memory as a whole, and what is made of it: one at a time. */
    private final AtomicBoolean restoring = new AtomicBoolean();

    /**
     * @param operations empty while the registry starts; called on any thread
     * @param problem why this master should not be sent requests; called on any thread
     */
    public RegistryApi(
            ActorSystem<?> system,
            Supplier<Optional<RegistryOperations>> operations,
            Supplier<Optional<String>> problem,
            Bodies bodies) {
        this.system = system;
        this.operations = operations;
        this.problem = problem;
        this.snapshots = bodies.upTo(SNAPSHOT_BYTES);
    }

    public void addTo(Router router) {
        router.get(ROOT + "status", started(this::status))
                .get(ROOT + "snapshot", started((exchange, registry) -> {
                    exchange.request().discardEntityBytes(system);
                    return registry.save().thenApply(RegistryApi::answered);
                }))
                .postBare(ROOT + "snapshot", started(this::restore))
                .postBelow(MASTERS, started(this::change));
    }

    private interface Operation {
        CompletionStage<HttpResponse> on(Exchange exchange, RegistryOperations registry);
    }

    private Handler started(Operation operation) {
        return exchange -> {
            var registry = operations.get();
            if (registry.isEmpty()) {
                exchange.request().discardEntityBytes(system);
                return done(Problem.later("registry-starting", "this master's registry is starting", RETRY)
                        .response());
            }
            try {
                return operation.on(exchange, registry.get()).thenApply(Problem::ofRefusal);
            } catch (BadParameterException e) {
                return done(Problem.of(400, "bad-request", e.getMessage()).response());
            }
        };
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    private CompletionStage<HttpResponse> status(Exchange exchange, RegistryOperations registry) {
        exchange.request().discardEntityBytes(system);
        return done(Accept.encoding(exchange.header("Accept"))
                .map(encoding -> Replies.message(encoding, registry.status(problem.get())))
                .orElseGet(Refusal.NOT_ACCEPTABLE::response));
    }

    private CompletionStage<HttpResponse> restore(Exchange exchange, RegistryOperations registry) {
        boolean force = exchange.query().flag("force");
        if (!restoring.compareAndSet(false, true)) {
            exchange.request().discardEntityBytes(system);
            return done(Problem.later("restore-under-way", "another snapshot is being restored", RETRY)
                    .response());
        }
        CompletionStage<HttpResponse> answer;
        try {
            answer = snapshots.read(
                    exchange, body -> registry.restore(UnsafeByteOperations.unsafeWrap(body.toArrayUnsafe()), force)
                            .thenApply(RegistryApi::answered));
        } catch (RuntimeException e) {
            restoring.set(false);
            throw e;
        }
        return answer.whenComplete((response, failure) -> restoring.set(false));
    }

    private CompletionStage<HttpResponse> change(Exchange exchange, RegistryOperations registry) {
        exchange.request().discardEntityBytes(system);
        var parts = exchange.parts(MASTERS);
        var verb = parts.size() == 2 ? parts.get(1) : "";
        Function<String, CompletionStage<OperationAnswer>> change =
                verb.equals("add") ? registry::add : verb.equals("remove") ? registry::remove : null;
        if (change == null) {
            return done(Problem.of(404, "not-found", "Expecting " + MASTERS + "NAME/add or " + MASTERS + "NAME/remove")
                    .response());
        }
        IdRules.problemOfId(parts.get(0)).ifPresent(why -> {
            throw new BadParameterException("master name: " + why);
        });
        return change.apply(parts.get(0)).thenApply(RegistryApi::answered);
    }

    private static HttpResponse answered(OperationAnswer answer) {
        if (answer instanceof OperationAnswer.Done done) {
            return Replies.json(JsonText.write(json -> json.object(() -> json.field("done", done.text()))));
        }
        if (answer instanceof OperationAnswer.Saved saved) {
            return Replies.body(
                    ContentTypes.APPLICATION_OCTET_STREAM, saved.file().toByteArray());
        }
        if (answer instanceof OperationAnswer.Refused refused) {
            return Problem.of(409, "refused", refused.why()).response();
        }
        if (answer instanceof OperationAnswer.Unavailable unavailable) {
            return Problem.later("registry-unavailable", unavailable.why(), RETRY)
                    .response();
        }
        throw new AssertionError("no one answers " + answer);
    }
}
