package io.baton.httpapi.store;

import com.google.protobuf.ByteString;
import io.baton.core.store.StoreAnswer;
import io.baton.core.store.ValueChange;
import io.baton.core.store.ValueKey;
import io.baton.core.store.ValueStore;
import io.baton.httpapi.codec.Accept;
import io.baton.httpapi.codec.BadParameterException;
import io.baton.httpapi.codec.Problem;
import io.baton.httpapi.codec.Query;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Handler;
import io.baton.httpapi.server.Router;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.store.Change;
import io.baton.v1.store.Changes;
import io.baton.v1.store.Page;
import io.baton.v1.store.Value;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * {@code /api/v1/store/NAMESPACE} and {@code /api/v1/store/NAMESPACE/KEY}: the state store of schedulers. A value's
 * version is its {@code ETag}.
 */
public final class StoreApi {
    /** Below this path. */
    public static final String PATH = "/api/v1/store/";

    private static final int PAGE = 100;

    private final ActorSystem<?> system;
    private final Supplier<Optional<ValueStore>> store;
    private final Bodies bodies;

    /** @param store empty while the registry starts; called on any thread */
    public StoreApi(ActorSystem<?> system, Supplier<Optional<ValueStore>> store, Bodies bodies) {
        this.system = system;
        this.store = store;
        this.bodies = bodies;
    }

    public void addTo(Router router) {
        router.below("GET", PATH, problems(this::get))
                .below("PUT", PATH, problems(this::put))
                .below("DELETE", PATH, problems(this::delete));
    }

    /** All that goes wrong is answered as a problem. */
    private static Handler problems(Handler handler) {
        return exchange -> {
            try {
                return handler.handle(exchange).thenApply(Problem::ofRefusal);
            } catch (BadParameterException e) {
                return done(Problem.of(400, "bad-request", e.getMessage()).response());
            }
        };
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    private ValueStore store() {
        return store.get().orElse(StartingStore.INSTANCE);
    }

    private CompletionStage<HttpResponse> get(Exchange exchange) {
        exchange.request().discardEntityBytes(system);
        var parts = exchange.parts(PATH);
        if (parts.size() == 2) {
            return value(exchange, key(parts));
        }
        if (parts.size() != 1) {
            throw notAKey();
        }
        refuse(ValueKey.problemOfNamespace(parts.get(0)));
        var query = exchange.query();
        var range = new ValueStore.Range(parts.get(0), query.text("prefix").orElse(""));
        var encoding = Accept.encoding(exchange.header("Accept"));
        if (encoding.isEmpty()) {
            return done(Refusal.NOT_ACCEPTABLE.response());
        }
        return query.number("after").isPresent()
                ? changes(range, query.number("after").getAsLong(), query, encoding.get())
                : page(range, query, encoding.get());
    }

    private static BadParameterException notAKey() {
        return new BadParameterException("Expecting " + PATH + "NAMESPACE/KEY; a slash cannot be part of either");
    }

    private static void refuse(Optional<String> problem) {
        problem.ifPresent(why -> {
            throw new BadParameterException(why);
        });
    }

    private static ValueKey key(List<String> parts) {
        if (parts.size() != 2) {
            throw notAKey();
        }
        var key = new ValueKey(parts.get(0), parts.get(1));
        refuse(key.problem());
        return key;
    }

    private CompletionStage<HttpResponse> value(Exchange exchange, ValueKey key) {
        var known = Conditions.ofRead(exchange);
        return store().get(key, newest(exchange.query())).thenApply(answer -> {
            if (!(answer instanceof StoreAnswer.Page page)) {
                return StoreProblems.of(answer);
            }
            var value = page.values().get(0);
            var tag = RawHeader.create("ETag", Conditions.tag(value.version()));
            if (known.isPresent() && known.getAsLong() == value.version()) {
                return HttpResponse.create().withStatus(304).addHeader(tag);
            }
            return Replies.body(
                            ContentTypes.APPLICATION_OCTET_STREAM, value.value().toByteArray())
                    .addHeader(tag);
        });
    }

    private static boolean newest(Query query) {
        return !query.flag("stale");
    }

    private CompletionStage<HttpResponse> page(ValueStore.Range range, Query query, Encoding encoding) {
        long limit = query.number("limit").orElse(PAGE);
        if (limit < 1 || limit > ValueStore.MAX_PAGE) {
            throw new BadParameterException(
                    "Expecting 'limit' between 1 and " + ValueStore.MAX_PAGE + ", not " + limit);
        }
        var after = query.text("cursor").map(StoreApi::keyOfCursor).orElse("");
        return store().list(range, after, (int) limit, newest(query)).thenApply(answer -> {
            if (!(answer instanceof StoreAnswer.Page page)) {
                return StoreProblems.of(answer);
            }
            var out = Page.newBuilder().setVersion(page.version());
            page.values()
                    .forEach(value -> out.addValues(Value.newBuilder()
                            .setKey(value.key())
                            .setVersion(value.version())
                            .setValue(value.value())));
            page.next().ifPresent(key -> out.setNext(cursor(key)));
            return Replies.message(encoding, out.build());
        });
    }

    private static String cursor(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String keyOfCursor(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadParameterException("Expecting 'cursor' to be the 'next' of a page before");
        }
    }

    private CompletionStage<HttpResponse> changes(ValueStore.Range range, long after, Query query, Encoding encoding) {
        long seconds = query.number("wait").orElse(0);
        if (after < 0 || seconds < 0 || seconds > ValueStore.MAX_WAIT.toSeconds()) {
            throw new BadParameterException("Expecting 'after' to be a version and 'wait' to be 0 to "
                    + ValueStore.MAX_WAIT.toSeconds() + " seconds");
        }
        return store().watch(range, after, Duration.ofSeconds(seconds)).thenApply(answer -> {
            if (!(answer instanceof StoreAnswer.Changed changed)) {
                return StoreProblems.of(answer);
            }
            var out = Changes.newBuilder().setVersion(changed.version());
            changed.changes().forEach(change -> out.addChanges(message(change)));
            return Replies.message(encoding, out.build());
        });
    }

    private static Change message(ValueChange change) {
        var out = Change.newBuilder().setKey(change.key()).setVersion(change.version());
        change.value().ifPresentOrElse(value -> out.setValue(value.value()), () -> out.setDeleted(true));
        return out.build();
    }

    private CompletionStage<HttpResponse> put(Exchange exchange) {
        var key = key(exchange.parts(PATH));
        var ifVersion = Conditions.ofWrite(exchange);
        return bodies.read(exchange, body -> store().put(key, ByteString.copyFrom(body.toArrayUnsafe()), ifVersion)
                .thenApply(StoreApi::written));
    }

    private CompletionStage<HttpResponse> delete(Exchange exchange) {
        exchange.request().discardEntityBytes(system);
        var key = key(exchange.parts(PATH));
        return store().delete(key, Conditions.ofWrite(exchange)).thenApply(StoreApi::written);
    }

    private static HttpResponse written(StoreAnswer answer) {
        return answer instanceof StoreAnswer.Written written
                ? HttpResponse.create()
                        .withStatus(204)
                        .addHeader(RawHeader.create("ETag", Conditions.tag(written.version())))
                : StoreProblems.of(answer);
    }
}
