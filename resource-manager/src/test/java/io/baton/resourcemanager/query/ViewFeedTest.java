package io.baton.resourcemanager.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.ViewProtocol.Counted;
import io.baton.core.protocol.ViewProtocol.TaskSeen;
import io.baton.core.protocol.ViewProtocol.TasksSeen;
import io.baton.resourcemanager.query.ViewFeed.Batch;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Label;
import io.baton.v1.Labels;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TimeInfo;
import io.baton.v1.master.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What goes out to other masters fits into a frame. */
class ViewFeedTest {
    private static final int MIB = 1024 * 1024;
    private static final AgentId AGENT = new AgentId("a");
    private static final FrameworkId F = new FrameworkId("f");
    private static final Labels MEGABYTE = Labels.newBuilder()
            .addLabels(Label.newBuilder().setKey("k").setValue("v".repeat(MIB)))
            .build();

    private final ViewFeed feed = new ViewFeed();

    @Test
    void largeTasksAndFrameworksGoOutInSeveralBatches() {
        for (int i = 0; i < 20; i++) {
            feed.taskSeen(new TaskSeen(large("t" + i), true));
            feed.frameworkSeen(framework("f" + i, false));
        }

        var batches = feed.take();

        assertThat(batches).allSatisfy(batch -> assertThat(bytes(batch)).isLessThan(5L * MIB));
        assertThat(batches.stream().flatMap(b -> b.tasks().stream()).map(seen -> id(seen.task())))
                .hasSize(20)
                .doesNotHaveDuplicates();
        assertThat(batches.stream().flatMap(b -> b.frameworks().stream())).hasSize(20);
        assertThat(feed.isEmpty()).isTrue();
    }

    @Test
    void aFrameworkIsToldBeforeItsTasksAndItsEndAfterThem() {
        feed.frameworkSeen(framework("ended", true));
        feed.frameworkSeen(framework("live", false));
        for (int i = 0; i < 8; i++) {
            feed.taskSeen(new TaskSeen(large("t" + i), false));
        }

        var order = new ArrayList<String>();
        for (var batch : feed.take()) {
            order.addAll(ids(batch, false));
            batch.tasks().forEach(seen -> order.add(id(seen.task())));
            order.addAll(ids(batch, true));
        }

        assertThat(order).hasSize(10).startsWith("live", "t0").endsWith("t7", "ended");
    }

    private static List<String> ids(Batch batch, boolean ended) {
        return batch.frameworks().stream()
                .filter(f -> f.hasUnregisteredTime() == ended)
                .map(f -> f.getFrameworkInfo().getId().getValue())
                .toList();
    }

    @Test
    void aListThatIsTooMuchIsToldInBriefAndItsTasksOneByOne() {
        var list = IntStream.range(0, 12).mapToObj(i -> large("t" + i)).toList();
        feed.tasksSeen(new TasksSeen(F, AGENT, list));
        assertThat(feed.isFull()).isTrue();

        var batches = feed.take();

        assertThat(batches).allSatisfy(batch -> assertThat(bytes(batch)).isLessThan(5L * MIB));
        assertThat(batches.get(0).adopted()).singleElement().satisfies(told -> assertThat(told.tasks())
                .hasSameSizeAs(list)
                .allSatisfy(task -> assertThat(task.hasLabels()).isFalse()));
        assertThat(batches.stream().flatMap(b -> b.tasks().stream()).map(TaskSeen::task))
                .containsExactlyElementsOf(list);
    }

    @Test
    void aTaskThatIsTooMuchByItselfIsToldInBrief() {
        var task = large("t").toBuilder().setStatusUpdateUuid(ByteString.copyFromUtf8("u"));
        for (int i = 0; i < 16; i++) {
            task.addStatuses(TaskStatus.newBuilder()
                    .setTaskId(new TaskId("t").toProto())
                    .setState(TaskState.TASK_RUNNING)
                    .setTimestamp(i)
                    .setMessage("m".repeat(MIB)));
        }
        feed.taskSeen(new TaskSeen(task.build(), false));

        var told = feed.take().get(0).tasks().get(0).task();

        assertThat(told.getSerializedSize()).isLessThan(MIB);
        assertThat(told.getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(told.getStatusesCount()).isEqualTo(16);
    }

    @Test
    void manyCountsGoOutInPieces() {
        var counts = new TreeMap<String, Long>();
        for (int i = 0; i < 30_000; i++) {
            counts.put("framework/" + "x".repeat(240) + i + "/calls", 1L);
        }
        var gauges = new TreeMap<String, Double>();
        gauges.put("g", 1.0);
        feed.counted(new Counted("m", counts, gauges));

        var batches = feed.take();

        assertThat(batches).allSatisfy(batch -> assertThat(bytes(batch)).isLessThan(5L * MIB));
        var all = new TreeMap<String, Long>();
        batches.stream().flatMap(b -> b.counted().stream()).forEach(piece -> {
            assertThat(piece.gauges()).isEqualTo(gauges);
            all.putAll(piece.counts());
        });
        assertThat(all).isEqualTo(counts);
    }

    @Test
    void thereIsABatchThoughThereIsNothingToTell() {
        assertThat(feed.take()).hasSize(1);
    }

    private static long bytes(Batch batch) {
        return batch.tasks().stream()
                        .mapToLong(seen -> seen.task().getSerializedSize())
                        .sum()
                + batch.frameworks().stream()
                        .mapToLong(Response.GetFrameworks.Framework::getSerializedSize)
                        .sum()
                + batch.adopted().stream()
                        .flatMap(list -> list.tasks().stream())
                        .mapToLong(Task::getSerializedSize)
                        .sum()
                + batch.counted().stream()
                        .flatMap(counted -> counted.counts().keySet().stream())
                        .mapToLong(String::length)
                        .sum();
    }

    private static String id(Task task) {
        return task.getTaskId().getValue();
    }

    private static Task large(String id) {
        return Task.newBuilder()
                .setName(id)
                .setTaskId(new TaskId(id).toProto())
                .setFrameworkId(F.toProto())
                .setAgentId(AGENT.toProto())
                .setState(TaskState.TASK_RUNNING)
                .setLabels(MEGABYTE)
                .build();
    }

    private static Response.GetFrameworks.Framework framework(String id, boolean ended) {
        var info = FrameworkInfo.newBuilder()
                .setUser("u")
                .setName("n")
                .setId(new FrameworkId(id).toProto())
                .setLabels(MEGABYTE);
        var out = Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(info)
                .setActive(!ended)
                .setConnected(!ended)
                .setRecovered(false);
        return (ended ? out.setUnregisteredTime(TimeInfo.newBuilder().setNanoseconds(1)) : out).build();
    }
}
