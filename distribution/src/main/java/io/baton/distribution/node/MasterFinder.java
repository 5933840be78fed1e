package io.baton.distribution.node;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** From the HTTP addresses of some masters to the link addresses of all: one that answers knows the others. */
final class MasterFinder {
    private static final int PATIENCE_MILLIS = 5_000;
    /** A master that has not answered by then is not waited for before the next one is asked. */
    private static final long HEAD_START_MILLIS = 300;

    /** Then those that wait are told that nobody has answered, whatever a master is still saying. */
    private static final long MOST_SECONDS = 60;

    private static final long WARN_NANOS = 5_000_000_000L;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final List<String> masters;
    private final Consumer<String> warnings;
    private final AtomicLong warned = new AtomicLong(System.nanoTime() - WARN_NANOS);
    private CompletableFuture<List<String>> last = CompletableFuture.completedFuture(List.of());
    /** Whether nobody has been given {@link #last} yet. */
    private boolean isEarly;

    /**
     * A finder that has found none yet.
     *
     * @param masters {@code host:port}, with or without {@code http://}
     * @param warnings told when none answers, but not oftener than every few seconds
     */
    MasterFinder(List<String> masters, Consumer<String> warnings) {
        this.masters = List.copyOf(masters);
        this.warnings = warnings;
    }

    /** Asks now for what {@link #links} is to answer the next time. */
    synchronized void begin() {
        last = asked();
        isEarly = true;
    }

    /**
     * Asks one after the other until one answers, and the next one also while one takes its time: a host that is gone
     * says nothing. Fails if none answers. Who asks while others wait gets their answer.
     */
    synchronized CompletionStage<List<String>> links() {
        if (!isEarly && last.isDone()) {
            last = asked();
        }
        isEarly = false;
        return last;
    }

    private CompletableFuture<List<String>> asked() {
        var answer = new CompletableFuture<List<String>>().orTimeout(MOST_SECONDS, TimeUnit.SECONDS);
        start(() -> ask(answer));
        return answer;
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "master-finder");
        thread.setDaemon(true);
        thread.start();
    }

    private void ask(CompletableFuture<List<String>> answer) {
        var refusals = new ArrayList<CompletableFuture<String>>();
        for (var master : masters) {
            var refusal = new CompletableFuture<String>();
            refusals.add(refusal);
            start(() -> ask(master, answer, refusal));
            awaitBriefly(CompletableFuture.anyOf(answer, refusal));
            if (answer.isDone()) {
                return;
            }
        }
        var all = CompletableFuture.allOf(refusals.toArray(CompletableFuture[]::new));
        CompletableFuture.anyOf(answer.handle((links, failure) -> links), all).join();
        if (!answer.isDone()) {
            var why = "cannot reach master "
                    + refusals.stream().map(CompletableFuture::join).collect(Collectors.joining(", "));
            warn(why);
            answer.completeExceptionally(new IOException(why));
        }
    }

    private static void awaitBriefly(CompletableFuture<?> first) {
        try {
            first.get(HEAD_START_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            // The next one may be faster.
        } catch (InterruptedException | ExecutionException never) {
            throw new AssertionError(never); // Nobody interrupts these threads, and none of the answers fails.
        }
    }

    /** Asks one. Completes {@code refusal}, with its name and the reason, only if it has no answer. */
    private static void ask(String master, CompletableFuture<List<String>> answer, CompletableFuture<String> refusal) {
        try {
            var links = links(master);
            if (!links.isEmpty()) {
                answer.complete(links);
                return;
            }
            refusal.complete(master + " (it is not ready)");
        } catch (IOException | RuntimeException e) {
            refusal.complete(master + " (" + reason(e) + ")");
        }
    }

    private void warn(String why) {
        var now = System.nanoTime();
        var last = warned.get();
        if (now - last >= WARN_NANOS && warned.compareAndSet(last, now)) {
            warnings.accept(why + "; retrying");
        }
    }

    private static List<String> links(String master) throws IOException {
        var url = URI.create((master.contains("://") ? master : "http://" + master) + "/api/v1/masters");
        var connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        if (connection.getResponseCode() == UNAVAILABLE) {
            return List.of();
        }
        if (connection.getResponseCode() != OK) {
            throw new IOException("it answers with status " + connection.getResponseCode() + ", so it is no master");
        }
        try (var body = connection.getInputStream()) {
            return links(body);
        }
    }

    /** The links of {@code {"masters":[{"http":"…","link":"…"}]}}. */
    static List<String> links(InputStream json) throws IOException {
        var links = new ArrayList<String>();
        try (var parser = new JsonFactory().createParser(json)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING && "link".equals(parser.currentName())) {
                    links.add(parser.getText());
                }
            }
        }
        return links;
    }

    private static String reason(Exception e) {
        if (e instanceof UnknownHostException) {
            return "unknown host";
        }
        if (e instanceof SocketTimeoutException) {
            return "no answer";
        }
        if (e instanceof ConnectException) {
            return "connection refused";
        }
        return String.valueOf(e.getMessage());
    }
}
