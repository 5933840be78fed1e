package io.baton.httpapi.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.RawClient;
import io.baton.httpapi.server.HttpConfig;
import io.baton.v1.TaskState;
import io.baton.v1.scheduler.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscribeTest {
    private static final String SUBSCRIBE =
            "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"u\",\"name\":\"n\",\"id\":null}}}";
    private static final MasterEdge EDGE =
            new MasterEdge(MasterEdge.config().with(new HttpConfig.Streams(Duration.ofMillis(300), 100, 1 << 20)));

    @AfterAll
    static void end() {
        EDGE.close();
    }

    private static String subscribeAs(String id) {
        return SUBSCRIBE
                .replace("\"id\":null", "\"id\":{\"value\":\"" + id + "\"}")
                .replace("{\"type\"", "{\"framework_id\":{\"value\":\"" + id + "\"},\"type\"");
    }

    @Test
    void streamsEventsOneRecordAChunk() throws Exception {
        try (var client = EDGE.raw()) {
            var head = client.call(SUBSCRIBE, "Connection: close", "Authorization: Basic Zm9vOmJhcg==")
                    .answer();
            var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);

            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Transfer-Encoding")).isEqualTo("chunked");
            assertThat(head.header("Content-Type")).isEqualTo("application/json");
            assertThat(head.header("Mesos-Stream-Id")).isEqualTo(subscribe.streamId());
            assertThat(head.headers()).doesNotContainKeys("Server", "Content-Length");
            assertThat(subscribe.chosen()).isFalse();
            assertThat(subscribe.id().value()).matches(MasterEdge.ID + "-\\d{4}");
            assertThat(subscribe.info().getId().getValue())
                    .isEqualTo(subscribe.id().value());

            EDGE.accept(subscribe);

            assertThat(client.record())
                    .startsWith("{\"type\":\"SUBSCRIBED\",\"subscribed\":{\"framework_id\":{\"value\":\"")
                    .contains("\"heartbeat_interval_seconds\":0.3", "\"master_info\":{\"id\":\"" + MasterEdge.ID)
                    .contains("\"port\":" + EDGE.port());
            assertThat(client.record()).isEqualTo("{\"type\":\"HEARTBEAT\"}");
            assertThat(client.record()).isEqualTo("{\"type\":\"HEARTBEAT\"}");
            assertThat(EDGE.heartbeats.stream().filter(subscribe.id()::equals)).hasSizeGreaterThanOrEqualTo(2);

            subscribe.stream().tell(new StreamProtocol.Complete());

            assertThat(client.record()).isEmpty();
            assertThat(client.ended()).isTrue();
            assertThat(EDGE.expect(FrameworkProtocol.Disconnected.class).streamId())
                    .isEqualTo(subscribe.streamId());
        }
    }

    @Test
    void asksAgainWhileItHearsNothing() throws Exception {
        try (var client = EDGE.raw()) {
            client.call(SUBSCRIBE, "Connection: close").answer();
            var first = EDGE.expect(FrameworkProtocol.Subscribe.class);

            assertThat(EDGE.expect(FrameworkProtocol.Subscribe.class)).isEqualTo(first);
        }
        EDGE.expect(FrameworkProtocol.Disconnected.class);
    }

    @Test
    void aMasterWithoutAMajorityTakesNobodyInAndSaysWhy() throws Exception {
        EDGE.readOnly("this master is alone");
        try (var client = EDGE.raw()) {
            var answer = client.call(SUBSCRIBE).answer();

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            assertThat(answer.body()).isEqualTo("No scheduler can subscribe here now: this master is alone");
        } finally {
            EDGE.readOnly(null);
        }
    }

    @Test
    void acceptsAnIdThatTheSchedulerChose() throws Exception {
        try (var client = EDGE.raw()) {
            client.call(subscribeAs("Singularity"), "Accept: application/x-protobuf,application/x-protobuf");
            var head = client.answer();
            var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);

            assertThat(head.header("Content-Type")).isEqualTo("application/x-protobuf");
            assertThat(subscribe.id().value()).isEqualTo("Singularity");
            assertThat(subscribe.chosen()).isTrue();

            EDGE.accept(subscribe);
            var chunk = client.chunk();
            int feed = new String(chunk, StandardCharsets.ISO_8859_1).indexOf('\n');
            var event = Event.parseFrom(java.util.Arrays.copyOfRange(chunk, feed + 1, chunk.length));
            assertThat(event.getSubscribed().getFrameworkId().getValue()).isEqualTo("Singularity");
        }
        EDGE.expect(FrameworkProtocol.Disconnected.class);
    }

    @Test
    void tellsTheEntityWhenTheClientVanishes() throws Exception {
        for (boolean reset : new boolean[] {true, false}) {
            var client = EDGE.raw();
            client.call(SUBSCRIBE).answer();
            var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);
            if (reset) {
                client.reset();
            } else {
                client.close();
            }

            assertThat(EDGE.expect(FrameworkProtocol.Disconnected.class))
                    .isEqualTo(new FrameworkProtocol.Disconnected(subscribe.streamId(), false));
        }
    }

    private static FrameworkProtocol.Subscribe subscribed(RawClient client, TestProbe<FrameworkProtocol> entity)
            throws Exception {
        client.call(SUBSCRIBE).answer();
        var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);
        subscribe.stream().tell(new StreamProtocol.Owner(entity.ref()));
        EDGE.accept(subscribe);
        return subscribe;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsWhenTheEntityIsGoneSoThatTheSchedulerSubscribesAnew(boolean saysSo) throws Exception {
        try (var client = EDGE.raw()) {
            var entity = EDGE.entity();
            var subscribe = subscribed(client, entity);
            assertThat(client.record()).contains("SUBSCRIBED");
            assertThat(client.record()).contains("HEARTBEAT");

            if (saysSo) {
                subscribe.stream().tell(new StreamProtocol.Moved(entity.ref()));
            } else {
                entity.stop();
            }

            var last = client.record();
            while (!last.isEmpty()) {
                assertThat(last).contains("HEARTBEAT");
                last = client.record();
            }
            assertThat(EDGE.expect(FrameworkProtocol.Disconnected.class).byMaster())
                    .isTrue();
        }
    }

    /** SUBSCRIBE goes out again while the entity moves: the next one may have taken the stream before the first says so. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesOnWhenAnEarlierEntityGoes(boolean saysSo) throws Exception {
        try (var client = EDGE.raw()) {
            client.call(SUBSCRIBE).answer();
            var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);
            var first = EDGE.entity();
            var second = EDGE.entity();
            subscribe.stream().tell(new StreamProtocol.Owner(first.ref()));
            subscribe.stream().tell(new StreamProtocol.Owner(second.ref()));
            if (saysSo) {
                subscribe.stream().tell(new StreamProtocol.Moved(first.ref()));
            } else {
                first.stop();
            }
            EDGE.accept(subscribe);
            assertThat(client.record()).contains("SUBSCRIBED");

            second.stop();

            var last = client.record();
            while (!last.isEmpty()) {
                last = client.record();
            }
            assertThat(EDGE.expect(FrameworkProtocol.Disconnected.class).byMaster())
                    .isTrue();
        }
    }

    /** Its master stops while the scheduler is just being let in: the next entity is asked, and the stream goes on. */
    @ParameterizedTest(name = "taken before: {0}")
    @ValueSource(booleans = {false, true})
    void subscribesAtTheNextEntityWhenTheFirstGoesBeforeItHasLetTheSchedulerIn(boolean taken) throws Exception {
        try (var client = EDGE.raw()) {
            client.call(SUBSCRIBE).answer();
            var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);
            var first = EDGE.entity();
            if (taken) {
                subscribe.stream().tell(new StreamProtocol.Owner(first.ref()));
            }
            subscribe.stream().tell(new StreamProtocol.Moved(first.ref()));

            var again = EDGE.expect(FrameworkProtocol.Subscribe.class);
            assertThat(again.streamId()).isEqualTo(subscribe.streamId());
            EDGE.accept(again);
            assertThat(client.record()).contains("SUBSCRIBED");
        }
        EDGE.expect(FrameworkProtocol.Disconnected.class);
    }

    /** Its scheduler may not have read the end of the stream yet, and nobody may be there who answers in time. */
    @Test
    void refusesCallsOnAStreamThatItHasEndedSinceTheEntityMoves() throws Exception {
        try (var client = EDGE.raw()) {
            var entity = EDGE.entity();
            var subscribe = subscribed(client, entity);
            client.record();
            subscribe.stream().tell(new StreamProtocol.Moved(entity.ref()));
            EDGE.expect(FrameworkProtocol.Disconnected.class);

            var answer = EDGE.post(
                    "/api/v1/scheduler",
                    "{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\""
                            + subscribe.id().value() + "\"}}",
                    "Mesos-Stream-Id",
                    subscribe.streamId());

            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).isEqualTo("Framework is not subscribed");
        }
    }

    @Test
    void writesTheErrorBeforeTheEnd() throws Exception {
        try (var client = EDGE.raw()) {
            client.call(SUBSCRIBE).answer();
            var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);
            var error = Event.newBuilder().setType(Event.Type.ERROR);
            error.getErrorBuilder().setMessage("Framework has been removed");
            subscribe.stream().tell(new StreamProtocol.Deliver(error.build()));
            subscribe.stream().tell(new StreamProtocol.Complete());

            assertThat(client.record())
                    .isEqualTo("{\"type\":\"ERROR\",\"error\":{\"message\":\"Framework has been removed\"}}");
            assertThat(client.record()).isEmpty();
            EDGE.expect(FrameworkProtocol.Disconnected.class);
        }
    }

    @Test
    void refusesAnIdThatCannotBeOneOnTheStream() throws Exception {
        for (var id : new String[] {"a/b", "..", "a\\u0000b", "x".repeat(300)}) {
            try (var client = EDGE.raw()) {
                assertThat(client.call(subscribeAs(id)).answer().status()).isEqualTo(200);
                assertThat(client.record()).startsWith("{\"type\":\"ERROR\"");
                assertThat(client.record()).isEmpty();
            }
        }
        EDGE.frameworks.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void dropsASubscriberThatDoesNotRead() throws Exception {
        try (var client = new RawClient(EDGE.port(), 4096)) {
            client.call(SUBSCRIBE).answer();
            var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);
            EDGE.accept(subscribe);
            var event = Event.newBuilder().setType(Event.Type.MESSAGE);
            event.getMessageBuilder()
                    .setData(com.google.protobuf.ByteString.copyFrom(new byte[64 * 1024]))
                    .getAgentIdBuilder()
                    .setValue("a");
            event.getMessageBuilder().getExecutorIdBuilder().setValue("e");
            var deliver = new StreamProtocol.Deliver(event.build());
            for (int i = 0; i < 400; i++) {
                subscribe.stream().tell(deliver);
            }

            assertThat(EDGE.expect(FrameworkProtocol.Disconnected.class))
                    .as("it has time to come back")
                    .isEqualTo(new FrameworkProtocol.Disconnected(subscribe.streamId(), true));
            assertThat(EDGE.get("/metrics").body())
                    .contains("baton_http_subscribers_dropped_total{reason=\"slow\"} 1.0");
        }
    }

    @Test
    void saysThatThereIsRoomForMoreUpdatesWhenThoseItWasGivenAreWritten() throws Exception {
        try (var client = EDGE.raw()) {
            client.call(SUBSCRIBE).answer();
            var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);
            EDGE.accept(subscribe);
            var event = Event.newBuilder().setType(Event.Type.UPDATE);
            event.getUpdateBuilder()
                    .getStatusBuilder()
                    .setState(TaskState.TASK_RUNNING)
                    .getTaskIdBuilder()
                    .setValue("t");

            subscribe.stream().tell(new StreamProtocol.Deliver(event.build()));

            // Half of its share is not under way yet: it says so with the next heartbeat.
            assertThat(EDGE.expect(FrameworkProtocol.HasRoom.class))
                    .isEqualTo(new FrameworkProtocol.HasRoom(subscribe.streamId(), 25, 26));
            for (int i = 0; i < 13; i++) {
                subscribe.stream().tell(new StreamProtocol.Deliver(event.build()));
            }
            // What may still be under way to it, 12 of the 25 that it had said, counts.
            assertThat(EDGE.expect(FrameworkProtocol.HasRoom.class).upTo()).isBetween(38L, 39L);
        }
        EDGE.expect(FrameworkProtocol.Disconnected.class);
    }

    @Test
    void answersCallsOfALiveStreamAtOnceAndAsksForOthers() throws Exception {
        try (var client = EDGE.raw();
                var calls = EDGE.raw()) {
            client.call(subscribeAs("F7")).answer();
            var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);
            EDGE.accept(subscribe);
            client.record();
            var revive = "{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"F7\"}}";

            var answer = calls.call(revive, "mesos-STREAM-id: " + subscribe.streamId())
                    .answer();
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("Content-Length")).isEqualTo("0");
            assertThat(answer.headers()).doesNotContainKey("Content-Type");
            EDGE.expect(FrameworkProtocol.Invoke.class).replyTo().tell(CallAnswer.ACCEPTED);

            calls.call(revive, "Mesos-Stream-Id: other");
            var asked = EDGE.expect(FrameworkProtocol.Invoke.class);
            assertThat(asked.streamId()).isEqualTo("other");
            asked.replyTo().tell(CallAnswer.badRequest("The stream ID 'other' included in this request didn't match"));
            assertThat(calls.answer().status()).isEqualTo(400);

            calls.call(revive);
            EDGE.expect(FrameworkProtocol.Invoke.class)
                    .replyTo()
                    .tell(CallAnswer.forbidden("Framework is not subscribed"));
            answer = calls.answer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).isEqualTo("Framework is not subscribed");
        }
        EDGE.expect(FrameworkProtocol.Disconnected.class);
    }

    @Test
    void endsAStreamThatItsEntityDoesNotKnowAnyMore() throws Exception {
        try (var client = EDGE.raw();
                var calls = EDGE.raw()) {
            client.call(subscribeAs("F8")).answer();
            var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);
            EDGE.accept(subscribe);
            client.record();
            calls.call(
                            "{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"F8\"}}",
                            "Mesos-Stream-Id: " + subscribe.streamId())
                    .answer();
            EDGE.expect(FrameworkProtocol.Invoke.class)
                    .replyTo()
                    .tell(CallAnswer.forbidden("Framework is not subscribed"));

            await().atMost(MasterEdge.PATIENCE).until(() -> client.record().isEmpty());
        }
        EDGE.expect(FrameworkProtocol.Disconnected.class);
    }
}
