package io.baton.systemtests.transcripts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.baton.protocol.codec.Encoding;
import io.baton.systemtests.transcripts.Transcript.Message;
import io.baton.v1.scheduler.Event;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The client's end of a stream: keeps all events and the offers that are out, acknowledges updates and accepts
 * inverse offers at once.
 */
final class Listener implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI server;
    private final Wire wire;
    private final Message head;
    private final boolean binary;
    private final List<JsonNode> events = new ArrayList<>();
    private final Deque<JsonNode> offers = new ArrayDeque<>();
    private boolean ended;

    /** Opens a stream, and listens on a thread of its own. */
    Listener(URI server, Message request) throws IOException {
        this.server = server;
        this.wire = new Wire(server);
        wire.send(server, request);
        this.head = wire.head();
        this.binary = head.isBinary();
        var thread = new Thread(this::listen, "listener");
        thread.setDaemon(true);
        thread.start();
    }

    static JsonNode event(byte[] payload, boolean binary) throws IOException {
        return JSON.readTree(binary ? Encoding.JSON.write(Event.parseFrom(payload)) : payload);
    }

    private void listen() {
        try {
            for (var chunk = wire.chunk(); chunk.length > 0; chunk = wire.chunk()) {
                int feed = 0;
                while (chunk[feed] != '\n') {
                    feed++;
                }
                int length = Integer.parseInt(new String(chunk, 0, feed, StandardCharsets.US_ASCII));
                if (length != chunk.length - feed - 1) {
                    throw new IOException("a chunk is not one record");
                }
                var payload = java.util.Arrays.copyOfRange(chunk, feed + 1, chunk.length);
                hear(event(payload, binary));
            }
        } catch (IOException closed) {
            // The events so far are all there are.
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private void hear(JsonNode event) throws IOException {
        synchronized (this) {
            events.add(event);
            event.at("/offers/offers").forEach(offers::add);
            var gone = event.at("/rescind/offer_id/value").asText();
            offers.removeIf(o -> o.at("/id/value").asText().equals(gone));
            notifyAll();
        }
        var status = event.at("/update/status");
        if (status.has("uuid")) {
            call("{\"type\":\"ACKNOWLEDGE\",\"acknowledge\":{\"agent_id\":" + status.get("agent_id") + ",\"task_id\":"
                    + status.get("task_id") + ",\"uuid\":" + status.get("uuid") + "}}");
        }
        for (var asked : event.at("/inverse_offers/inverse_offers")) {
            call("{\"type\":\"ACCEPT_INVERSE_OFFERS\",\"accept_inverse_offers\":{\"inverse_offer_ids\":["
                    + asked.get("id") + "]}}");
        }
    }

    Message head() {
        return head;
    }

    String framework() {
        return first(e -> e.has("subscribed"), Duration.ofSeconds(30))
                .map(e -> e.at("/subscribed/framework_id/value").asText())
                .orElseThrow(() -> new AssertionError("there is no SUBSCRIBED: " + heard()));
    }

    synchronized List<JsonNode> heard() {
        return List.copyOf(events);
    }

    /** The first event like this; waits for it. */
    synchronized Optional<JsonNode> first(Predicate<JsonNode> like, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        while (true) {
            var found = events.stream().filter(like).findFirst();
            long left = (until - System.nanoTime()) / 1_000_000;
            if (found.isPresent() || ended || left <= 0) {
                return found;
            }
            await(left);
        }
    }

    /** The largest offer that is out, which is not given out again; waits for it. */
    synchronized Optional<JsonNode> claimOffer(Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        while (offers.isEmpty() && !ended && System.nanoTime() < until) {
            await(Math.max(1, (until - System.nanoTime()) / 1_000_000));
        }
        var largest = offers.stream().max(Comparator.comparingDouble(Listener::cpus));
        largest.ifPresent(offers::remove);
        return largest;
    }

    private static double cpus(JsonNode offer) {
        double sum = 0;
        for (var resource : offer.get("resources")) {
            sum += resource.get("name").asText().equals("cpus")
                    ? resource.at("/scalar/value").asDouble()
                    : 0;
        }
        return sum;
    }

    private void await(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }

    /** A call of this scheduler, in JSON and without its framework's id. */
    Message call(String json) throws IOException {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Content-Type", "application/json");
        headers.put("Mesos-Stream-Id", head.header("Mesos-Stream-Id"));
        headers.put("Connection", "close");
        var whole = "{\"framework_id\":{\"value\":\"" + framework() + "\"}," + json.substring(1);
        return Wire.exchange(
                server,
                new Message("POST /api/v1/scheduler HTTP/1.1", headers, whole.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
