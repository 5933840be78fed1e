package io.baton.httpapi.server;

import com.google.protobuf.Message;
import io.baton.httpapi.codec.CallReader;
import io.baton.httpapi.codec.CallReader.UnreadableCallException;
import io.baton.httpapi.error.Refusal;
import io.baton.protocol.codec.Encoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
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

/** Reads whole bodies of requests, within a size and a time. */
public final class Bodies {
    private static final long LARGE_MILLIS = 60_000;
    private static final long MAX_ARRAY = Integer.MAX_VALUE - 16;

    private final long maxBytes;
    private final long timeoutMillis;
    private final Materializer materializer;

    public Bodies(HttpConfig config, Materializer materializer) {
        this.maxBytes = config.limits().bodyBytes();
        this.timeoutMillis = config.timeouts().body().toMillis();
        this.materializer = materializer;
    }

    private Bodies(long maxBytes, long timeoutMillis, Materializer materializer) {
        this.maxBytes = maxBytes;
        this.timeoutMillis = timeoutMillis;
        this.materializer = materializer;
    }

    /** For a route whose bodies are larger than others'. They may take a minute. */
    public Bodies upTo(long bytes) {
        return new Bodies(bytes, LARGE_MILLIS, materializer);
    }

    /**
     * Answers with what {@code then} makes of the body, or with a refusal: too long, too slow, broken. One that came
     * gzipped is unpacked, and may then be no longer than any other.
     */
    public CompletionStage<HttpResponse> read(
            Exchange exchange, Function<ByteString, CompletionStage<HttpResponse>> then) {
        boolean gzipped = exchange.header("Content-Encoding")
                .filter(coding -> coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip"))
                .isPresent();
        return readAsItCame(exchange, gzipped ? body -> unpacked(body, then) : then);
    }

    private CompletionStage<HttpResponse> unpacked(
            ByteString body, Function<ByteString, CompletionStage<HttpResponse>> then) {
        byte[] bytes;
        try (var in = new GZIPInputStream(new ByteArrayInputStream(body.toArrayUnsafe()))) {
            bytes = in.readNBytes((int) Math.min(maxBytes, MAX_ARRAY) + 1);
        } catch (IOException broken) {
            return refused(
                    Refusal.badRequest("Failed to decompress body: it is not in the form of gzip, or ends early"));
        }
        return bytes.length > maxBytes
                ? refused(Refusal.bodyTooLong(maxBytes))
                : then.apply(ByteString.fromArrayUnsafe(bytes));
    }

    private CompletionStage<HttpResponse> readAsItCame(
            Exchange exchange, Function<ByteString, CompletionStage<HttpResponse>> then) {
        var entity = exchange.request().entity().withSizeLimit(maxBytes);
        if (entity instanceof HttpEntity.Strict strict) {
            return strict.getData().size() > maxBytes
                    ? refused(Refusal.bodyTooLong(maxBytes))
                    : then.apply(strict.getData());
        }
        if (entity.getContentLengthOption().orElse(0) > maxBytes) {
            return refused(Refusal.bodyTooLong(maxBytes));
        }
        return entity.toStrict(timeoutMillis, maxBytes, materializer)
                .handle((strict, failure) ->
                        failure == null ? then.apply(strict.getData()) : refused(refusalOf(failure)))
                .thenCompose(answer -> answer);
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
        return read(exchange, body -> {
            B call;
            try {
                call = CallReader.read(encoding, body, empty.get());
            } catch (UnreadableCallException e) {
                return refused(e.refusal());
            }
            return then.apply(call);
        });
    }

    private Refusal refusalOf(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof EntityStreamSizeException) {
            return Refusal.bodyTooLong(maxBytes);
        }
        if (cause instanceof TimeoutException) {
            return Refusal.SLOW_BODY;
        }
        var text = cause instanceof EntityStreamException broken ? broken.info().summary() : "it ended too early";
        return new Refusal(400, "The body of the request cannot be read: " + text, java.util.List.of(), true);
    }

    private static CompletionStage<HttpResponse> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(refusal.response());
    }
}
