package io.baton.executor.update;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.executor.Samples;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StatusUpdateStreamTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final StatusUpdateStream stream = new StatusUpdateStream(List.of());

    private static TaskStatus status(String uuid, TaskState state) {
        return TaskStatus.newBuilder()
                .setTaskId(Samples.taskId("t"))
                .setState(state)
                .setUuid(uuid(uuid))
                .build();
    }

    private static ByteString uuid(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static String shown(List<StatusUpdateStream.Effect> effects) {
        return effects.stream().map(StatusUpdateStreamTest::shown).collect(Collectors.joining(", "));
    }

    private static String shown(StatusUpdateStream.Effect effect) {
        if (effect instanceof StatusUpdateStream.Effect.Checkpoint c) {
            return "checkpoint " + c.status().getUuid().toStringUtf8();
        }
        if (effect instanceof StatusUpdateStream.Effect.CheckpointAcknowledged a) {
            return "acknowledged " + a.uuid().toStringUtf8();
        }
        if (effect instanceof StatusUpdateStream.Effect.Send s) {
            return "send " + s.status().getUuid().toStringUtf8() + " " + s.latest();
        }
        assertThat(effect).isInstanceOf(StatusUpdateStream.Effect.Done.class);
        return "done";
    }

    private String append(String uuid, TaskState state) {
        return shown(stream.append(status(uuid, state), NOW));
    }

    private String acknowledge(String uuid) {
        return shown(stream.acknowledge(uuid(uuid), NOW));
    }

    @Test
    void oneIsInFlightAndOrderIsKept() {
        assertThat(shown(stream.connected(NOW))).isEmpty();
        assertThat(append("a", TaskState.TASK_STARTING)).isEqualTo("checkpoint a, send a TASK_STARTING");
        assertThat(append("b", TaskState.TASK_RUNNING)).isEqualTo("checkpoint b");
        assertThat(append("c", TaskState.TASK_FINISHED)).isEqualTo("checkpoint c");

        assertThat(acknowledge("b")).as("not in flight").isEmpty();
        assertThat(acknowledge("a")).isEqualTo("acknowledged a, send b TASK_FINISHED");
        assertThat(acknowledge("a")).as("twice").isEmpty();
        assertThat(acknowledge("b")).isEqualTo("acknowledged b, send c TASK_FINISHED");
        assertThat(acknowledge("c")).isEqualTo("acknowledged c, done");
        assertThat(acknowledge("c")).isEmpty();
    }

    @Test
    void duplicatesAndWhatComesAfterTheEndAreIgnored() {
        append("a", TaskState.TASK_RUNNING);

        assertThat(append("a", TaskState.TASK_RUNNING)).isEmpty();
        assertThat(append("b", TaskState.TASK_KILLED)).isEqualTo("checkpoint b");
        assertThat(append("c", TaskState.TASK_FAILED)).isEmpty();
    }

    @Test
    void anUpdateIsSentAgainAfterTenSecondsDoublingToTenMinutes() {
        stream.connected(NOW);
        append("a", TaskState.TASK_RUNNING);
        var at = NOW;
        for (long wait : List.of(10, 20, 40, 80, 160, 320, 600, 600)) {
            assertThat(stream.tick(at.plusSeconds(wait).minusMillis(1))).isEmpty();
            at = at.plusSeconds(wait);
            assertThat(shown(stream.tick(at))).isEqualTo("send a TASK_RUNNING");
        }
    }

    @Test
    void whatHasWaitedIsSentAgainSoonOnceSomebodyAsks() {
        stream.connected(NOW);
        append("a", TaskState.TASK_FINISHED);
        stream.tick(NOW.plusSeconds(10));
        stream.tick(NOW.plusSeconds(30));
        stream.tick(NOW.plusSeconds(70));

        stream.hurry();
        stream.hurry();

        assertThat(stream.tick(NOW.plusSeconds(79))).as("it was sent just now").isEmpty();
        assertThat(shown(stream.tick(NOW.plusSeconds(80)))).isEqualTo("send a TASK_FINISHED");
        assertThat(stream.tick(NOW.plusSeconds(99))).isEmpty();
        assertThat(stream.tick(NOW.plusSeconds(100))).hasSize(1);
        stream.disconnected();
        stream.hurry();
        assertThat(stream.tick(NOW.plusSeconds(1000))).isEmpty();
    }

    @Test
    void theNextUpdateBeginsWithAFreshWait() {
        stream.connected(NOW);
        append("a", TaskState.TASK_RUNNING);
        stream.tick(NOW.plusSeconds(10));
        append("b", TaskState.TASK_FINISHED);

        stream.acknowledge(uuid("a"), NOW.plusSeconds(20));

        assertThat(stream.tick(NOW.plusSeconds(29))).isEmpty();
        assertThat(shown(stream.tick(NOW.plusSeconds(30)))).isEqualTo("send b TASK_FINISHED");
    }

    @Test
    void nothingIsSentWhileNobodyListensAndAllOfItAfterwards() {
        assertThat(append("a", TaskState.TASK_RUNNING)).isEqualTo("checkpoint a");
        assertThat(stream.tick(NOW.plus(Duration.ofHours(1)))).isEmpty();
        assertThat(shown(stream.connected(NOW))).isEqualTo("send a TASK_RUNNING");

        stream.disconnected();

        assertThat(stream.tick(NOW.plus(Duration.ofHours(1)))).isEmpty();
        assertThat(acknowledge("a")).isEqualTo("acknowledged a");
    }

    @Test
    void whatAnEarlierAgentLeftGoesOn() {
        var next = new StatusUpdateStream(
                List.of(status("a", TaskState.TASK_RUNNING), status("b", TaskState.TASK_FAILED)));

        assertThat(shown(next.connected(NOW))).isEqualTo("send a TASK_FAILED");
        assertThat(next.append(status("c", TaskState.TASK_KILLED), NOW)).isEmpty();
        assertThat(shown(next.acknowledge(uuid("a"), NOW))).isEqualTo("acknowledged a, send b TASK_FAILED");
    }

    @Test
    void memoryIsBoundedButTheEndGetsThrough() {
        for (int i = 0; i < 2 * StatusUpdateStream.MAX_PENDING; i++) {
            append("u" + i, TaskState.TASK_RUNNING);
        }

        assertThat(append("one-more", TaskState.TASK_RUNNING)).isEmpty();
        assertThat(append("end", TaskState.TASK_FINISHED)).isEqualTo("checkpoint end");
    }
}
