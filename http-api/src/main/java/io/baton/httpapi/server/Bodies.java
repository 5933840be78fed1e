package io.baton.httpapi.server;

import com.google.protobuf.Message;
import io.baton.httpapi.codec.CallReader;
import io.baton.httpapi.codec.CallReader.UnreadableCallException;
import io.baton.httpapi.codec.Query;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.BodyBudget.Share;
import io.baton.protocol.codec.Encoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;
import scala.concurrent.duration.FiniteDuration;

/** Reads whole bodies of requests, within a size, a time and what all bodies under way may take together. */
public final class Bodies {
    private static final long LARGE_MILLIS = 60_000;
    private static final long MAX_ARRAY = Integer.MAX_VALUE - 16;

    /** No gzip unpacks to more, for each byte of it. */
    private static final long GZIP_RATIO = 1032;

    /** Whoever has had a body for so long and has not answered waits for something else, and has done with it. */
    private static final FiniteDuration HELD = FiniteDuration.apply(10, TimeUnit.SECONDS);

    /** There is no room for more of a body. */
    private static final class NoRoomException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoRoomException() {
            super("no room for bodies", null, false, false);
        }
    }

    private final long maxBytes;
    private final long timeoutMillis;
    private final Materializer materializer;
    private final BodyBudget budget;

    public Bodies(HttpConfig config, Materializer materializer) {
        this(config.limits().bodyBytes(), config.timeouts().body().toMillis(), materializer, BodyBudget.OF_PROCESS);
    }

    private Bodies(long maxBytes, long timeoutMillis, Materializer materializer, BodyBudget budget) {
        this.maxBytes = maxBytes;
        this.timeoutMillis = timeoutMillis;
        this.materializer = materializer;
        this.budget = budget;
    }

    /** For a route whose bodies are larger than others', and whose caller counts them. They may take a minute. */
    public Bodies upTo(long bytes) {
        return new Bodies(bytes, LARGE_MILLIS, materializer, new BodyBudget(Long.MAX_VALUE));
    }

    /** Most messages and elements of lists in one body. */
    public long mostParts() {
        return budget.parts();
    }

    /** What is made of a body. */
    private interface Use {
        CompletionStage<HttpResponse> of(ByteString body, Share share);
    }

    /**
     * Answers with what {@code then} makes of the body, or with a refusal: too long, too slow, broken, no room. One that
     * came gzipped is unpacked, and may then be no longer than any other.
     */
    public CompletionStage<HttpResponse> read(
            Exchange exchange, Function<ByteString, CompletionStage<HttpResponse>> then) {
        return read(exchange, (body, share) -> then.apply(body));
    }

    /** As {@link #read}, of a body that is read as JSON: there is to be room for what becomes of it. */
    public CompletionStage<HttpResponse> readMessage(
            Exchange exchange, Function<ByteString, CompletionStage<HttpResponse>> then) {
        return read(
                exchange,
                (body, share) -> share.takesParts(budget.partsOfJson(body.toArrayUnsafe()))
                        ? then.apply(body)
                        : refused(Refusal.NO_ROOM_FOR_BODY));
    }

    /**
     * As {@link #readMessage}, of {@code name=value&…} whose values may be JSON: there is to be room for what becomes of two of
     * them, and for their text, which is there once more as it came and once decoded.
     */
    public CompletionStage<HttpResponse> readForm(
            Exchange exchange, Function<Query, CompletionStage<HttpResponse>> then) {
        return read(
                exchange,
                (body, share) ->
                        share.takes(2L * body.size()) && share.takesParts(budget.partsOfForm(body.toArrayUnsafe()))
                                ? then.apply(Query.parse(body.decodeString(StandardCharsets.UTF_8)))
                                : refused(Refusal.NO_ROOM_FOR_BODY));
    }

    private CompletionStage<HttpResponse> read(Exchange exchange, Use use) {
        boolean gzipped = exchange.header("Content-Encoding")
                .filter(coding -> coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip"))
                .isPresent();
        var share = budget.share();
        CompletionStage<HttpResponse> answer;
        try {
            answer = readAsItCame(exchange, share, body -> gzipped ? unpacked(body, share, use) : use.of(body, share));
        } catch (RuntimeException e) {
            share.over();
            throw e;
        }
        return answer.whenComplete((response, failure) -> share.over());
    }

    private CompletionStage<HttpResponse> unpacked(ByteString body, Share share, Use use) {
        if (!share.takes(Math.min(maxBytes, body.size() * GZIP_RATIO))) {
            return refused(Refusal.NO_ROOM_FOR_BODY);
        }
        byte[] bytes;
        try (var in = new GZIPInputStream(new ByteArrayInputStream(body.toArrayUnsafe()))) {
            bytes = in.readNBytes((int) Math.min(maxBytes, MAX_ARRAY) + 1);
        } catch (IOException broken) {
            return refused(
                    Refusal.badRequest("Failed to decompress body: it is not in the form of gzip, or ends early"));
        }
        return bytes.length > maxBytes
                ? refused(Refusal.bodyTooLong(maxBytes))
                : use.of(ByteString.fromArrayUnsafe(bytes), share);
    }

    private CompletionStage<HttpResponse> readAsItCame(
            Exchange exchange, Share share, Function<ByteString, CompletionStage<HttpResponse>> then) {
        var entity = exchange.request().entity().withSizeLimit(maxBytes);
        if (entity instanceof HttpEntity.Strict strict) {
            if (strict.getData().size() > maxBytes) {
                return refused(Refusal.bodyTooLong(maxBytes));
            }
            return share.takes(strict.getData().size())
                    ? held(share, then.apply(strict.getData()))
                    : refused(Refusal.NO_ROOM_FOR_BODY);
        }
        if (entity.getContentLengthOption().orElse(0) > maxBytes) {
            return refused(Refusal.bodyTooLong(maxBytes));
        }
        var gathered = new BodyBytes(entity.getContentLengthOption().orElse(maxBytes));
        return entity.getDataBytes()
                .map(bytes -> counted(share, bytes))
                .completionTimeout(Duration.ofMillis(timeoutMillis))
                .runFold(gathered, BodyBytes::add, materializer)
                .handle((body, failure) ->
                        failure == null ? held(share, then.apply(body.whole())) : refused(refusalOf(failure)))
                .thenCompose(answer -> answer);
    }

    /** As they come: a body that is announced takes nothing yet. */
    private static ByteString counted(Share share, ByteString bytes) {
        if (!share.takes(bytes.size())) {
            throw new NoRoomException();
        }
        return bytes;
    }

    /** An answer may take as long as what it waits for: the body does not wait with it. */
    private CompletionStage<HttpResponse> held(Share share, CompletionStage<HttpResponse> answer) {
        if (share.counts() && !answer.toCompletableFuture().isDone()) {
            var due = materializer.scheduleOnce(HELD, share::over);
            return answer.whenComplete((response, failure) -> due.cancel());
        }
        return answer;
    }

    /**
     * Answers with what {@code then} makes of the call in the body, or with a refusal: of the content type before the
     * body is read, of a body that is no such call.
     *
     * @param empty makes the builder to read into
     */
    public <B extends Message.Builder> CompletionStage<HttpResponse> readCall(
            Exchange exchange, Supplier<B> empty, Function<B, CompletionStage<HttpResponse>> then) {
        Encoding encoding;
        try {
            encoding = CallReader.encoding(exchange.contentType());
        } catch (UnreadableCallException e) {
            return refused(e.refusal());
        }
        return read(exchange, (body, share) -> {
            var call = empty.get();
            if (!share.takesParts(budget.partsOf(encoding, body.toArrayUnsafe(), call.getDescriptorForType()))) {
                return refused(Refusal.NO_ROOM_FOR_BODY);
            }
            try {
                call = CallReader.read(encoding, body, call, budget.parts());
            } catch (UnreadableCallException e) {
                return refused(e.refusal());
            }
            return then.apply(call);
        });
    }

    private Refusal refusalOf(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof NoRoomException) {
            return Refusal.NO_ROOM_FOR_BODY;
        }
        if (cause instanceof EntityStreamSizeException) {
            return Refusal.bodyTooLong(maxBytes);
        }
        if (cause instanceof TimeoutException) {
            return Refusal.SLOW_BODY;
        }
        var text = cause instanceof EntityStreamException broken ? broken.info().summary() : "it ended too early";
        return new Refusal(400, "The body of the request cannot be read: " + text, List.of(), true);
    }

    private static CompletionStage<HttpResponse> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(refusal.response());
    }
}
