package io.baton.systemtests.transcripts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.baton.distribution.config.Configuration;
import io.baton.distribution.node.LocalCluster;
import io.baton.distribution.node.Started;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.codec.MalformedMessageException;
import io.baton.systemtests.transcripts.Transcript.Message;
import io.baton.v1.scheduler.Call;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** A master and an agent that are told what a recorded client said, and how their answers differ from Mesos's. */
final class Replay implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How long an offer may take that the record had; some tests decline for five seconds. */
    private static final Duration OFFER_PATIENCE = Duration.ofSeconds(12);

    private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    /** Requests that change nothing, however often they are made. */
    private static final Pattern READS = Pattern.compile("\"type\": ?\"GET_");

    private static final List<String> HEADERS =
            List.of("Content-Type", "Allow", "Location", "Transfer-Encoding", "WWW-Authenticate");

    final Names names = new Names();
    private final List<String> differences = new ArrayList<>();
    private final Started<LocalCluster> cluster;
    private final URI master;
    private final URI agent;
    private Listener scheduler;

    /** Starts both, with the resources that the recorded agent had. */
    Replay(Path directory) {
        var settings = LocalCluster.settings(directory, "127.0.0.1", 0, 0);
        settings.put("baton.agent.hostname", "127.0.0.1");
        settings.put("baton.agent.resources", "cpus:8;mem:16000;disk:20000;ports:[31000-32000]");
        this.cluster = LocalCluster.start(Configuration.load(Optional.empty(), settings), () -> {});
        this.master = URI.create(cluster.node().masterUrl());
        this.agent = URI.create(cluster.node().agentUrl());
        names.same("127.0.0.1:5050", master.getAuthority(), "<master>");
        names.same("127.0.0.1:5051", agent.getAuthority(), "<agent's port>");
    }

    /** Whether the agent knows this executor and it may subscribe. */
    boolean hasExecutor(String id) throws IOException {
        var shown = Wire.exchange(agent, post("/api/v1", "{\"type\":\"GET_EXECUTORS\"}"));
        return JSON.readTree(shown.body())
                .at("/get_executors/executors")
                .toString()
                .contains("\"" + id + "\"");
    }

    String agentId() {
        return cluster.node().agentInfo().getId().getValue();
    }

    List<String> differences() {
        return differences;
    }

    Listener scheduler() {
        return scheduler;
    }

    /** Subscribes on the master; calls that follow are of this scheduler. */
    Listener subscribe(Message request) throws IOException {
        scheduler = new Listener(master, request);
        return scheduler;
    }

    static Message post(String path, String json) {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json");
        return new Message("POST " + path + " HTTP/1.1", headers, json.getBytes(StandardCharsets.UTF_8));
    }

    /** Says what was said, and compares the answers. A stream goes on; its events are compared later. */
    Optional<Listener> say(Transcript recorded) throws IOException {
        var request = translated(recorded);
        var server = recorded.request().header("Host").endsWith(":5051") ? agent : master;
        if (!recorded.streams()) {
            exchange(recorded, server, request);
            return Optional.empty();
        }
        var listener = new Listener(server, request);
        compare(recorded.name(), recorded.answer(), listener.head());
        var theirs = recorded.answer().header("Mesos-Stream-Id");
        if (!theirs.isEmpty()) {
            names.same(theirs, listener.head().header("Mesos-Stream-Id"), "<stream>");
            if (recorded.events().stream().anyMatch(e -> text(e).contains("SUBSCRIBED"))
                    || recorded.request().isBinary()) {
                scheduler = listener;
                var id = Listener.event(
                                recorded.events().get(0), recorded.request().isBinary())
                        .at("/subscribed/framework_id/value")
                        .asText();
                names.same(id, listener.framework(), "<framework>");
            }
        }
        return Optional.of(listener);
    }

    /**
     * What only reads, and what was refused, is asked again for a while: it depends on what has been asked for just before and
     * may still be under way.
     */
    private void exchange(Transcript recorded, URI server, Message request) throws IOException {
        var ours = Wire.exchange(server, request);
        int before = differences.size();
        compare(recorded.name(), recorded.answer(), ours);
        boolean settles = onlyReads(recorded.request()) || recorded.answer().status() >= 400;
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (settles && differences.size() > before && System.nanoTime() < until) {
            LockSupport.parkNanos(PAUSE_NANOS);
            var next = Wire.exchange(server, request);
            differences.subList(before, differences.size()).clear();
            compare(recorded.name(), recorded.answer(), next);
        }
    }

    private static boolean onlyReads(Message request) {
        return request.first().startsWith("GET ")
                || READS.matcher(request.text()).find();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    // ---- requests

    private Message translated(Transcript recorded) throws IOException {
        var request = recorded.request();
        var call = call(request);
        var text = call.orElseGet(request::text);
        meet(recorded.name(), text);
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        request.headers().forEach((name, value) -> headers.put(name, names.translated(value)));
        var ours = names.translated(text);
        return new Message(names.translated(request.first()), headers, bytes(ours, call.isPresent()));
    }

    /** A call in protobuf as JSON. */
    private static Optional<String> call(Message request) throws IOException {
        if (!request.isBinary() || !request.first().contains("scheduler")) {
            return Optional.empty();
        }
        try {
            var call = Encoding.PROTOBUF.parse(request.body(), Call.newBuilder());
            return Optional.of(text(Encoding.JSON.write(call.build())));
        } catch (MalformedMessageException garbage) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(String json, boolean binary) throws IOException {
        if (!binary) {
            return json.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Encoding.JSON
                    .parse(json.getBytes(StandardCharsets.UTF_8), Call.newBuilder())
                    .build()
                    .toByteArray();
        } catch (MalformedMessageException impossible) {
            throw new IOException(impossible);
        }
    }

    /** Finds what the offers and updates that are named for the first time are here. */
    private void meet(String name, String text) throws IOException {
        var offers = Names.OFFER.matcher(text);
        while (offers.find()) {
            var theirs = offers.group();
            if (!names.knows(theirs) && scheduler != null) {
                scheduler
                        .claimOffer(OFFER_PATIENCE)
                        .ifPresent(
                                ours -> names.same(theirs, ours.at("/id/value").asText(), "<offer>"));
            }
        }
        if (text.contains("\"KILL\"") && scheduler != null && !name.contains("unknown") && !name.startsWith("err-")) {
            var task = JSON.readTree(text).at("/kill/task_id/value").asText();
            scheduler.first(e -> key(e).startsWith("UPDATE " + task + " TASK_RUNNING"), PATIENCE);
        }
        if (text.contains("\"ACKNOWLEDGE\"") && scheduler != null && !text.contains("framework_id\": \"")) {
            meetUpdate(name, JSON.readTree(text));
        }
    }

    private void meetUpdate(String name, JsonNode call) {
        var task = call.at("/acknowledge/task_id/value").asText();
        var uuid = call.at("/acknowledge/uuid").asText();
        if (names.knows(uuid) || name.startsWith("err-")) {
            return;
        }
        var used = new HashSet<String>();
        scheduler
                .first(
                        e -> {
                            var status = e.at("/update/status");
                            return status.at("/task_id/value").asText().equals(task)
                                    && status.has("uuid")
                                    && (!name.contains("TASK_")
                                            || name.endsWith(status.get("state").asText()))
                                    && used.add(status.get("uuid").asText());
                        },
                        PATIENCE)
                .ifPresent(e -> names.same(uuid, e.at("/update/status/uuid").asText(), "<update>"));
    }

    // ---- answers

    private void differs(String name, String how) {
        var difference = name + ": " + how;
        if (!Meant.differs(difference)) {
            differences.add(difference);
        }
    }

    private void compare(String name, Message theirs, Message ours) throws IOException {
        if (theirs.status() != ours.status()) {
            differs(name, "status " + ours.status() + " instead of " + theirs.status() + " (" + ours.text() + ")");
            return;
        }
        for (var header : HEADERS) {
            var wanted = names.plain(theirs.header(header));
            var has = names.plain(ours.header(header));
            if (!wanted.equals(has)) {
                differs(name, header + " '" + has + "' instead of '" + wanted + "'");
            }
        }
        if (theirs.isJson() && theirs.body().length > 0) {
            compare(name, JSON.readTree(theirs.plain()), JSON.readTree(ours.plain()));
        } else if (theirs.header("Content-Type").contains("javascript")) {
            compare(name, padded(theirs), padded(ours));
        } else if (!theirs.isBinary() && !theirs.header("Content-Type").contains("html")) {
            var wanted = names.plain(theirs.text()).strip();
            var has = names.plain(ours.text()).strip();
            if (!wanted.equals(has)) {
                differs(name, "'" + has + "' instead of '" + wanted + "'");
            }
        }
    }

    private static JsonNode padded(Message answer) throws IOException {
        var text = answer.text();
        return JSON.readTree(text.substring(text.indexOf('(') + 1, text.lastIndexOf(')')));
    }

    private void compare(String name, JsonNode theirs, JsonNode ours) {
        var missing = new TreeSet<>(Shape.of(theirs, names::plain));
        missing.removeAll(Shape.of(ours, names::plain));
        missing.forEach(path -> differs(name, "without " + path));
        if (theirs.has("get_metrics") && ours.has("get_metrics")) {
            var figures = new TreeSet<String>();
            theirs.findValuesAsText("name").forEach(n -> figures.add(names.plain(n)));
            ours.findValuesAsText("name").forEach(n -> figures.remove(names.plain(n)));
            figures.forEach(n -> differs(name, "without the figure " + n));
        }
    }

    /** What tells events of a kind apart. */
    private static String key(JsonNode event) {
        var status = event.at("/update/status").isMissingNode()
                ? event.at("/task_updated/status")
                : event.at("/update/status");
        var task = event.at("/task_added/task/task_id/value").asText()
                + status.at("/task_id/value").asText();
        var operation =
                event.at("/update_operation_status/status/operation_id/value").asText();
        return event.get("type").asText() + " " + task + operation + " "
                + status.path("state").asText() + " " + status.path("reason").asText();
    }

    /**
     * Each kind of event that was recorded must have come, with at least the same fields and the same reasons. For those that
     * need not come nobody waits: they are looked for when all others are there.
     */
    void compareEvents(Transcript recorded, Listener listener) throws IOException {
        names.same("<agent>", agentId(), "<agent>");
        var kinds = new LinkedHashMap<String, JsonNode>();
        for (var payload : recorded.events()) {
            var theirs = Listener.event(payload, recorded.answer().isBinary());
            kinds.putIfAbsent(key(theirs), theirs);
        }
        var optional = new LinkedHashMap<>(kinds);
        optional.keySet().removeIf(key -> !Meant.differs(recorded.name() + ": " + without(key)));
        kinds.keySet().removeAll(optional.keySet());
        for (var kind : kinds.entrySet()) {
            compareEvent(recorded.name(), kind.getKey(), kind.getValue(), listener, PATIENCE);
        }
        for (var kind : optional.entrySet()) {
            compareEvent(recorded.name(), kind.getKey(), kind.getValue(), listener, Duration.ZERO);
        }
    }

    private static String without(String key) {
        return "without the event " + key.strip();
    }

    private void compareEvent(String name, String key, JsonNode theirs, Listener listener, Duration patience) {
        var ours = listener.first(e -> key(e).equals(key), patience);
        if (ours.isEmpty()) {
            differs(name, without(key));
        } else {
            compare(name + " " + key.strip(), theirs, ours.get());
            compareText(name + " " + key.strip(), theirs, ours.get());
        }
    }

    private void compareText(String name, JsonNode theirs, JsonNode ours) {
        for (var field : List.of("message", "source")) {
            var wanted = theirs.at("/update/status/" + field).asText();
            var has = ours.at("/update/status/" + field).asText();
            if (!names.plain(wanted).equals(names.plain(has))) {
                differs(name, field + " '" + has + "' instead of '" + wanted + "'");
            }
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
