package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.ViewProtocol.Watched;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.RawClient;
import io.baton.httpapi.States;
import io.baton.httpapi.server.HttpConfig;
import io.baton.v1.TaskState;
import io.baton.v1.master.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

class OperatorStreamTest {
    private static final String SUBSCRIBE = "{\"type\":\"SUBSCRIBE\"}";
    private static final String HEARTBEAT = "{\"type\":\"HEARTBEAT\"}";

    @Test
    void tellsThePictureAndWhatChangesInBothEncodings() throws Exception {
        try (var edge = new MasterEdge();
                var json = edge.raw();
                var protobuf = edge.raw()) {
            edge.state.set(States.small());
            var head = json.post("/master/api/v1", SUBSCRIBE).answer();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Type")).isEqualTo("application/json");
            assertThat(head.header("Transfer-Encoding")).isEqualTo("chunked");
            assertThat(head.header("Mesos-Stream-Id")).isNull();
            assertThat(json.record())
                    .startsWith("{\"type\":\"SUBSCRIBED\",\"subscribed\":{\"get_state\":{\"get_tasks\":{\"tasks\":[{")
                    .contains("\"unreachable_tasks\":[]")
                    .endsWith("\"heartbeat_interval_seconds\":15.0}}");
            assertThat(json.record()).isEqualTo(HEARTBEAT);
            protobuf.post("/api/v1", SUBSCRIBE, "Accept: application/x-protobuf")
                    .answer();
            assertThat(event(protobuf).getSubscribed().getGetState())
                    .isEqualTo(States.small().state());
            assertThat(event(protobuf).getType()).isEqualTo(Event.Type.HEARTBEAT);

            var added = added("t9");
            watcher(edge).tell(new Watched.Changes(List.of(added)));

            assertThat(event(protobuf)).isEqualTo(added);
            assertThat(json.record()).startsWith("{\"type\":\"TASK_ADDED\",\"task_added\":{\"task\":{\"name\":\"t9\",");
        }
    }

    @Test
    void saysThatItIsAlive() throws Exception {
        var config = MasterEdge.config();
        var often = new HttpConfig.Streams(
                Duration.ofMillis(50),
                config.streams().bufferedEvents(),
                config.streams().bufferedBytes());
        try (var edge = new MasterEdge(config.with(often));
                var client = subscribed(edge)) {
            assertThat(client.record()).isEqualTo(HEARTBEAT);
            assertThat(client.record()).isEqualTo(HEARTBEAT);
        }
    }

    @Test
    void watchesOnlyWhileSomebodyListens() throws Exception {
        try (var edge = new MasterEdge()) {
            var first = subscribed(edge);
            var second = subscribed(edge);
            first.reset();
            assertThat(edge.unwatched.poll(50, TimeUnit.MILLISECONDS)).isNull();
            second.reset();
            assertThat(edge.unwatched.poll(MasterEdge.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(watcher(edge));

            subscribed(edge).close();
        }
    }

    @Test
    void cutsOffWhoeverDoesNotReadAndKeepsTheOthers() throws Exception {
        var config = MasterEdge.config();
        var few = new HttpConfig.Streams(config.streams().heartbeat(), 100, 1 << 20);
        try (var edge = new MasterEdge(config.with(few));
                var slow = new RawClient(edge.port(), 4096);
                var quick = subscribed(edge)) {
            var watcher = watcher(edge);
            slow.post("/api/v1", SUBSCRIBE).answer();
            slow.record();
            slow.record();
            var batch = new Watched.Changes(Collections.nCopies(50, added("t".repeat(1000))));
            int batches = 0;
            while (!edge.get("/metrics").body().contains("baton_http_subscribers_dropped_total{reason=\"slow\"} 1.0")) {
                assertThat(batches++).as("50 events of 3 kB each").isLessThan(1000);
                watcher.tell(batch);
                for (int i = 0; i < 50; i++) {
                    assertThat(news(quick)).startsWith("{\"type\":\"TASK_ADDED\"");
                }
            }

            watcher.tell(new Watched.Changes(List.of(added("last"))));
            assertThat(news(quick)).contains("\"last\"");
        }
    }

    /** The next record but for heartbeats: on a slow machine there are some. */
    private static String news(RawClient client) throws Exception {
        var record = client.record();
        while (record.equals(HEARTBEAT)) {
            record = client.record();
        }
        return record;
    }

    private static RawClient subscribed(MasterEdge edge) throws Exception {
        var client = edge.raw();
        assertThat(client.post("/api/v1", SUBSCRIBE).answer().status()).isEqualTo(200);
        assertThat(client.record()).contains("SUBSCRIBED");
        assertThat(client.record()).isEqualTo(HEARTBEAT);
        return client;
    }

    private static ActorRef<Watched> watcher(MasterEdge edge) throws InterruptedException {
        return edge.watchers.poll(MasterEdge.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static Event event(RawClient client) throws Exception {
        var chunk = client.chunk();
        int feed = new String(chunk, StandardCharsets.ISO_8859_1).indexOf('\n');
        return Event.parseFrom(Arrays.copyOfRange(chunk, feed + 1, chunk.length));
    }

    private static Event added(String task) {
        return Event.newBuilder()
                .setType(Event.Type.TASK_ADDED)
                .setTaskAdded(Event.TaskAdded.newBuilder().setTask(States.task(task, TaskState.TASK_STAGING, 1)))
                .build();
    }
}
