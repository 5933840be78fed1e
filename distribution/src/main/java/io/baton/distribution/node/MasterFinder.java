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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** From the HTTP addresses of some masters to the link addresses of all: one that answers knows the others. */
final class MasterFinder {
    private static final int PATIENCE_MILLIS = 5_000;
    private static final long WARN_NANOS = 5_000_000_000L;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final List<String> masters;
    private final Consumer<String> warnings;
    private final AtomicLong warned = new AtomicLong(System.nanoTime() - WARN_NANOS);

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

    /** Asks one after the other until one answers; fails if none does. */
    CompletionStage<List<String>> links() {
        var answer = new CompletableFuture<List<String>>();
        var thread = new Thread(() -> ask(answer), "master-finder");
        thread.setDaemon(true);
        thread.start();
        return answer;
    }

    private void ask(CompletableFuture<List<String>> answer) {
        var reasons = new ArrayList<String>();
        for (var master : masters) {
            try {
                var links = links(master);
                if (!links.isEmpty()) {
                    answer.complete(links);
                    return;
                }
                reasons.add(master + " (it is not ready)");
            } catch (IOException | IllegalArgumentException e) {
                reasons.add(master + " (" + reason(e) + ")");
            }
        }
        var why = "cannot reach master " + String.join(", ", reasons);
        warn(why);
        answer.completeExceptionally(new IOException(why));
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
