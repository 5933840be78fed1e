package io.baton.httpapi.files;

import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.files.FileSource.Entry;
import io.baton.httpapi.files.FileSource.OpenFile;
import io.baton.httpapi.files.FileStream.Extent;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.HttpConfig;
import io.baton.httpapi.server.HttpMetrics;
import io.baton.httpapi.server.Padding;
import io.baton.httpapi.server.Router;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files read in parts, whole, or as they grow. All reading is done where it may block. */
public final class FilesApi {
    private static final Logger LOG = LoggerFactory.getLogger(FilesApi.class);
    private static final String BLOCKING = "pekko.actor.default-blocking-io-dispatcher";
    private static final int STREAM_BUFFER = 2;
    private static final long FIRST_PAUSE_MILLIS = 5;
    private static final long MAX_PAUSE_MILLIS = 100;

    /** Work that blocks and may say no. */
    public interface Work<T> {
        T run() throws IOException, NoFileException;
    }

    /** A part of a file and how long the file is. */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    public record Part(long offset, byte[] bytes, long size) {}

    private final FileSource files;
    private final HttpConfig.Files limits;
    private final HttpMetrics metrics;
    private final Executor blocking;
    private final AtomicInteger followers = new AtomicInteger();

    public FilesApi(ActorSystem<?> system, FileSource files, HttpConfig.Files limits, HttpMetrics metrics) {
        this.files = files;
        this.limits = limits;
        this.metrics = metrics;
        this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    }

    public void addTo(Router router) {
        router.get("/files/read", this::read)
                .get("/files/read.json", this::read)
                .get("/files/browse", this::browse)
                .get("/files/browse.json", this::browse)
                .get("/files/download", this::download)
                .get("/files/download.json", this::download)
                .get("/api/v1/sandbox/logs", this::logs);
    }

    /** Answers with what the work makes, or with its refusal. What is only too early for it is tried again for a moment. */
    public CompletionStage<HttpResponse> answer(Work<HttpResponse> work) {
        long deadline = System.nanoTime() + Openings.PATIENCE.toNanos();
        return CompletableFuture.supplyAsync(() -> attempt(work, deadline, FIRST_PAUSE_MILLIS), blocking)
                .thenCompose(answer -> answer);
    }

    private CompletionStage<HttpResponse> attempt(Work<HttpResponse> work, long deadline, long pauseMillis) {
        try {
            return CompletableFuture.completedFuture(work.run());
        } catch (NoFileException e) {
            return e.isSoon() && System.nanoTime() - deadline < 0
                    ? again(work, deadline, pauseMillis)
                    : CompletableFuture.completedFuture(e.refusal().response());
        } catch (IOException e) {
            LOG.warn("a file cannot be read: {}", e.toString());
            return CompletableFuture.completedFuture(
                    Refusal.of(500, "The file cannot be read").response());
        }
    }

    /** Whoever waits for another try keeps no thread. */
    private CompletionStage<HttpResponse> again(Work<HttpResponse> work, long deadline, long pauseMillis) {
        return CompletableFuture.supplyAsync(
                        () -> attempt(work, deadline, Math.min(MAX_PAUSE_MILLIS, 2 * pauseMillis)),
                        CompletableFuture.delayedExecutor(pauseMillis, TimeUnit.MILLISECONDS, blocking))
                .thenCompose(answer -> answer);
    }

    private CompletionStage<HttpResponse> read(Exchange exchange) {
        var query = exchange.query();
        var path = query.text("path").orElse("");
        long offset = query.number("offset").orElse(-1);
        long length = query.number("length").orElse(-1);
        var padding = Padding.of(exchange);
        return answer(() -> {
            if (offset < -1) {
                throw NoFileException.badRequest("Negative offset provided: " + offset);
            }
            if (length < -1) {
                throw NoFileException.badRequest("Negative length provided: " + length);
            }
            var part = part(path, offset, length);
            int whole = Utf8.wholeCharacters(part.bytes());
            var text = new String(part.bytes(), 0, whole, StandardCharsets.UTF_8);
            return padding.answer(JsonText.write(
                    json -> json.object(() -> json.field("data", text).field("offset", part.offset()))));
        });
    }

    /**
     * @param offset negative for the end of the file: then there are no bytes
     * @param length negative for as many as there are; in any case no more than the limit
     */
    public Part part(String path, long offset, long length) throws IOException, NoFileException {
        try (var file = files.open(path)) {
            long size = file.channel().size();
            if (offset < 0 || offset >= size) {
                return new Part(offset < 0 ? size : offset, new byte[0], size);
            }
            long most = Math.min(size - offset, limits.readBytes());
            var buffer = ByteBuffer.allocate((int) (length < 0 ? most : Math.min(most, length)));
            file.channel().position(offset);
            int count = 0;
            while (buffer.hasRemaining() && count >= 0) {
                count = file.channel().read(buffer);
            }
            return new Part(offset, java.util.Arrays.copyOf(buffer.array(), buffer.position()), size);
        }
    }

    public List<Entry> entries(String path) throws IOException, NoFileException {
        return files.list(path, limits.entries());
    }

    private CompletionStage<HttpResponse> browse(Exchange exchange) {
        var path = exchange.query().text("path").orElse("");
        var padding = Padding.of(exchange);
        return answer(() -> {
            var entries = entries(path);
            return padding.answer(
                    JsonText.write(json -> json.array(entries, entry -> FileFacts.write(json, path, entry))));
        });
    }

    private CompletionStage<HttpResponse> download(Exchange exchange) {
        var path = exchange.query().text("path").orElse("");
        return answer(() -> streamed(path, file -> {
            long size = file.channel().size();
            if (size > limits.downloadBytes()) {
                throw NoFileException.badRequest("The file has " + size + " bytes, more than the limit of "
                        + limits.downloadBytes() + "; read parts of it with /files/read");
            }
            var source = source(exchange, file, new Extent(path, 0, size, Duration.ZERO, limits.poll()));
            var name = file.name().replaceAll("[^A-Za-z0-9._-]", "_");
            return HttpResponse.create()
                    .addHeader(RawHeader.create("Content-Disposition", "attachment; filename=" + name))
                    .addHeader(RawHeader.create("X-Content-Type-Options", "nosniff"))
                    .withEntity(HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, size, source));
        }));
    }

    /** From an offset on; a negative one counts from the end. With {@code follow} until the client leaves. */
    private CompletionStage<HttpResponse> logs(Exchange exchange) {
        var query = exchange.query();
        var path = query.text("path").orElse("");
        long offset = query.number("offset").orElse(0);
        boolean follow = query.flag("follow");
        return answer(() -> streamed(path, file -> {
            if (follow && followers.get() >= limits.followers()) {
                throw new NoFileException(Refusal.tooMany("As many clients follow files here as may"));
            }
            long size = file.channel().size();
            long from = offset < 0 ? Math.max(0, size + offset) : Math.min(offset, size);
            long until = Math.min(size, from + limits.downloadBytes());
            var waiting = follow ? limits.follow() : Duration.ZERO;
            return HttpResponse.create()
                    .addHeader(RawHeader.create("Baton-Log-Offset", Long.toString(from)))
                    .addHeader(RawHeader.create("X-Content-Type-Options", "nosniff"))
                    .withEntity(HttpEntities.createChunked(
                            ContentTypes.APPLICATION_OCTET_STREAM,
                            source(exchange, file, new Extent(path, from, until, waiting, limits.poll()))));
        }));
    }

    private interface Streamed {
        HttpResponse of(OpenFile file) throws IOException, NoFileException;
    }

    /** Answers with a stream of a file, which closes it. */
    private HttpResponse streamed(String path, Streamed answer) throws IOException, NoFileException {
        var file = files.open(path);
        try {
            return answer.of(file);
        } catch (IOException | NoFileException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void close(OpenFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("a file cannot be closed: {}", e.toString());
        }
    }

    private Source<ByteString, ?> source(Exchange exchange, OpenFile file, Extent extent) {
        int weight = extent.follow().isZero() ? 0 : 1;
        var live = metrics.streams().labelValues("log");
        var taken = new AtomicBoolean();
        Runnable begin = () -> {
            taken.set(true);
            live.set(followers.addAndGet(weight));
        };
        exchange.connection().onClosed(() -> {
            if (!taken.get()) {
                close(file); // The client has gone before the stream began.
            }
        });
        return Source.fromGraph(new FileStream(files, file, extent, begin, () -> {
                    live.set(followers.addAndGet(-weight));
                    exchange.connection().streamEnded();
                }))
                .async(BLOCKING, STREAM_BUFFER);
    }
}
