package io.baton.systemtests.transcripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Says to a master and an agent what clients were recorded to say to a real Mesos, in the same order, and compares status,
 * headers, texts, and the fields of answers and events. The records are where {@code BATON_TRANSCRIPTS} says; without it
 * nothing is compared.
 */
class TranscriptsTest {
    private static final Optional<Path> RECORDS =
            Optional.ofNullable(System.getenv("BATON_TRANSCRIPTS")).map(Path::of);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private static Path records(String folder) {
        assumeTrue(RECORDS.isPresent(), "no records of a Mesos: set BATON_TRANSCRIPTS to their directory");
        var records = RECORDS.get().resolve(folder);
        assertThat(records).isDirectory();
        return records;
    }

    private static void assertNothingDiffers(Replay replay) {
        assertThat(String.join("\n", replay.differences())).isEmpty();
    }

    private static Transcript.Message subscribe(String info) {
        return Replay.post(
                "/api/v1/scheduler", "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":" + info + "}}");
    }

    private static String command(String shell) {
        return "\"command\":{\"value\":\"" + shell + "\"}";
    }

    private static String task(String id, String command, String role, Replay replay) {
        return "{\"name\":\"" + id + "\",\"task_id\":{\"value\":\"" + id + "\"},\"agent_id\":{\"value\":\""
                + replay.agentId() + "\"},\"resources\":[" + scalar("cpus", 0.1, role) + "," + scalar("mem", 32, role)
                + "],\"labels\":{\"labels\":[{\"key\":\"k\",\"value\":\"v\"}]},\"discovery\":{\"visibility\":\"CLUSTER\",\"name\":\"svc\","
                + "\"ports\":{\"ports\":[{\"number\":8080,\"name\":\"http\",\"protocol\":\"tcp\"}]}},\"data\":\"eA==\","
                + command
                + "}";
    }

    private static String scalar(String name, double value, String role) {
        return "{\"name\":\"" + name + "\",\"type\":\"SCALAR\",\"scalar\":{\"value\":" + value
                + "},\"allocation_info\":{\"role\":\"" + role + "\"}}";
    }

    /** Launches tasks on one offer; what each runs, by its name. */
    private static void launch(Listener scheduler, Replay replay, Map<String, String> tasks) throws IOException {
        var offer = scheduler.claimOffer(PATIENCE).orElseThrow(() -> new AssertionError("there is no offer"));
        var role = offer.at("/allocation_info/role").asText();
        var infos = tasks.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(task -> task(task.getKey(), task.getValue(), role, replay))
                .collect(Collectors.joining(","));
        var answer = scheduler.call("{\"type\":\"ACCEPT\",\"accept\":{\"offer_ids\":[" + offer.get("id")
                + "],\"operations\":[{\"type\":\"LAUNCH\",\"launch\":{\"task_infos\":[" + infos
                + "]}}],\"filters\":{\"refuse_seconds\":0.0}}}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    }

    private static void await(Listener scheduler, String task, String state) {
        var found = scheduler.first(
                e -> e.at("/update/status/task_id/value").asText().equals(task)
                        && e.at("/update/status/state").asText().equals(state),
                PATIENCE);
        assertThat(found).as(task + " " + state + " in " + scheduler.heard()).isPresent();
    }

    @Test
    void schedulersAreAnsweredAsByMesos() throws IOException {
        var recorded = records("scheduler");
        try (var replay = new Replay(directory)) {
            var notes = Files.readString(recorded.resolve("NOTES.txt")).split("\\s+", 5);
            var first = replay.subscribe(subscribe("{\"user\":\"root\",\"name\":\"rec\",\"roles\":[\"*\"],"
                    + "\"capabilities\":[{\"type\":\"MULTI_ROLE\"},{\"type\":\"PARTITION_AWARE\"}],"
                    + "\"failover_timeout\":60.0,\"checkpoint\":true}"));
            replay.names.same(notes[1], first.framework(), "<framework>");
            replay.names.same(notes[3], first.head().header("Mesos-Stream-Id"), "<stream>");
            sayAsScheduler(replay, Transcript.all(recorded));
            sayAsScheduler(replay, Proxied.read(records("cpp-clients").resolve("mesos-execute.proxy.txt")));
            sayAsScheduler(replay, Transcript.all(records("scheduler-2")));
            assertNothingDiffers(replay);
        }
    }

    /** What was to be heard must be there before the record goes on to the end of a stream. */
    private static void sayAsScheduler(Replay replay, List<Transcript> recorded) throws IOException {
        var streams = new ArrayDeque<Map.Entry<Transcript, Listener>>();
        for (var one : recorded) {
            meetAgent(replay, one);
            boolean leaves = one.name().equals("get-frameworks-while-disconnected");
            if ((leaves || one.name().contains("teardown")) && !streams.isEmpty()) {
                var ending = streams.removeLast();
                replay.compareEvents(ending.getKey(), ending.getValue());
                if (leaves) {
                    ending.getValue().close();
                }
            }
            var listener = replay.say(one);
            if (one.name().equals("subscribe-unknown-id")) {
                replay.compareEvents(one, listener.orElseThrow());
                listener.get().close(); // Else it would keep its offers.
            } else {
                listener.ifPresent(stream -> streams.add(Map.entry(one, stream)));
            }
        }
        for (var stream : streams) {
            replay.compareEvents(stream.getKey(), stream.getValue());
            stream.getValue().close();
        }
    }

    /** There is one agent only, whatever the record calls it. */
    private static void meetAgent(Replay replay, Transcript one) {
        var named = Names.AGENT.matcher(one.request().text());
        while (named.find()) {
            replay.names.same(named.group(), replay.agentId(), "<agent>");
        }
    }

    private static Listener operatorsFramework(Replay replay) throws IOException {
        var scheduler =
                replay.subscribe(subscribe("{\"user\":\"root\",\"name\":\"opfw\",\"roles\":[\"dev\",\"prod/web\"],"
                        + "\"capabilities\":[{\"type\":\"MULTI_ROLE\"},{\"type\":\"RESERVATION_REFINEMENT\"},"
                        + "{\"type\":\"PARTITION_AWARE\"}],\"failover_timeout\":30.0,\"checkpoint\":true,"
                        + "\"principal\":\"pr\",\"labels\":{\"labels\":[{\"key\":\"k\",\"value\":\"v\"}]}}"));
        launch(scheduler, replay, Map.of("long", command("echo out; sleep 1000"), "short", command("exit 1")));
        await(scheduler, "short", "TASK_FAILED");
        await(scheduler, "long", "TASK_RUNNING");
        return scheduler;
    }

    @Test
    void operatorsAreAnsweredAsByMesos() throws IOException {
        var recorded = Transcript.all(records("operator"));
        try (var replay = new Replay(directory)) {
            var events = replay.say(recorded.get(0)).orElseThrow();
            var scheduler = operatorsFramework(replay);
            replay.names.same("/var/lib/mesos/agent", directory.toRealPath().toString(), "<work>");
            replay.names.same("acefce2d-8702-4056-82a8-f8cee8394be3-0000", scheduler.framework(), "<framework>");
            replay.names.same("d36e3040-3c9f-494c-975d-0e5ccbfb2173", container(scheduler, "long"), "<container>");
            for (var one : recorded.subList(1, recorded.size())) {
                meetAgent(replay, one);
                replay.say(one);
            }
            replay.compareEvents(recorded.get(0), events);
            assertNothingDiffers(replay);
        }
    }

    @Test
    void drainingLooksAsInMesos() throws IOException {
        var recorded = Transcript.all(records("operator-2"));
        try (var replay = new Replay(directory)) {
            var events = replay.say(recorded.get(0)).orElseThrow();
            var scheduler = operatorsFramework(replay);
            replay.names.same("ec56636c-bb71-4aa0-af3d-1fc6d5bf80d3-0000", scheduler.framework(), "<framework>");
            for (var one : recorded.subList(1, recorded.size())) {
                meetAgent(replay, one);
                replay.say(one);
            }
            replay.compareEvents(recorded.get(0), events);
            assertNothingDiffers(replay);
        }
    }

    private static String container(Listener scheduler, String task) {
        return scheduler
                .first(
                        e -> e.at("/update/status/task_id/value").asText().equals(task)
                                && e.at("/update/status/state").asText().equals("TASK_RUNNING"),
                        PATIENCE)
                .orElseThrow()
                .at("/update/status/container_status/container_id/value")
                .asText();
    }

    @Test
    void executorsAreAnsweredAsByMesos() throws IOException {
        var recorded = Transcript.all(records("executor"));
        try (var replay = new Replay(directory)) {
            var scheduler = replay.subscribe(subscribe("{\"user\":\"root\",\"name\":\"exfw\",\"roles\":[\"*\"],"
                    + "\"capabilities\":[{\"type\":\"MULTI_ROLE\"},{\"type\":\"PARTITION_AWARE\"}],"
                    + "\"failover_timeout\":5.0,\"checkpoint\":true}"));
            replay.names.same("bed6527d-9987-4728-a41b-1a40985fad54-0005", scheduler.framework(), "<framework>");
            var executor =
                    "\"executor\":{\"type\":\"CUSTOM\",\"executor_id\":{\"value\":\"cex\"},\"framework_id\":{\"value\":\""
                            + scheduler.framework() + "\"},\"command\":{\"value\":\"exec sleep 1000\"},\"resources\":["
                            + scalar("cpus", 0.1, "*") + "," + scalar("mem", 64, "*")
                            + "],\"shutdown_grace_period\":{\"nanoseconds\":3000000000}}";
            launch(scheduler, replay, Map.of("ce-1", executor, "ce-2", executor));
            Awaitility.await().atMost(PATIENCE).until(() -> replay.hasExecutor("cex"));
            var stream = Optional.<Listener>empty();
            for (var one : recorded) {
                meetAgent(replay, one);
                var listener = replay.say(one);
                stream = listener.isPresent() ? listener : stream;
            }
            scheduler.call("{\"type\":\"MESSAGE\",\"message\":{\"agent_id\":{\"value\":\"" + replay.agentId()
                    + "\"},\"executor_id\":{\"value\":\"cex\"},\"data\":\"aGVsbG8gZXhlY3V0b3I=\"}}");
            scheduler.call("{\"type\":\"KILL\",\"kill\":{\"task_id\":{\"value\":\"ce-2\"}}}");
            scheduler.call("{\"type\":\"SHUTDOWN\",\"shutdown\":{\"agent_id\":{\"value\":\"" + replay.agentId()
                    + "\"},\"executor_id\":{\"value\":\"cex\"}}}");
            var subscribed = recorded.stream().filter(Transcript::streams).findFirst();
            replay.compareEvents(subscribed.orElseThrow(), stream.orElseThrow());
            assertNothingDiffers(replay);
        }
    }
}
