package io.baton.executor.agent;

import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.executor.checkpoint.Records;
import io.baton.executor.link.MasterLink;
import io.baton.link.TasksTold;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import org.junit.jupiter.api.Test;

class ToldTasksTest {
    private static final ByteString DATA = ByteString.copyFrom(new byte[1 << 20]);

    private final BooksProbe probe = new BooksProbe();

    private TasksTold told(int updates) {
        probe.take(probe.books.run(BooksProbe.framework(), task("t", "true").build(), true, BooksProbe.NOW));
        var entry = probe.books.state().task(BooksProbe.task("t")).orElseThrow();
        for (int i = 0; i < updates; i++) {
            var status = TaskStatus.newBuilder()
                    .setTaskId(entry.task().getTaskId())
                    .setState(TaskState.TASK_RUNNING)
                    .setUuid(ByteString.copyFromUtf8("u" + i))
                    .setMessage("m")
                    .setHealthy(true)
                    .setData(DATA);
            probe.books.state().apply(Records.updated(entry, status.build()));
        }
        var frame = probe
                .books
                .tellTasks(FrameworkId.fromProto(BooksProbe.framework().getId()))
                .stream()
                .map(effect -> ((Effect.ToMaster) effect).frame())
                .findFirst()
                .orElseThrow();
        assertThat(frame.getSerializedSize()).isLessThan(MasterLink.MAX_FRAME_BYTES);
        return frame.getTasksTold();
    }

    @Test
    void updatesThatWouldFillAFrameAreToldWithoutTheirTexts() {
        assertThat(told(20).getTasks(0).getStatusesList()).hasSize(20).allSatisfy(status -> {
            assertThat(status.hasData()).isFalse();
            assertThat(status.hasMessage()).isFalse();
            assertThat(status.getHealthy()).isTrue();
            assertThat(status.hasUuid()).isTrue();
        });
    }

    @Test
    void othersAreToldAsTheyAre() {
        assertThat(told(7).getTasks(0).getStatusesList()).hasSize(7).allSatisfy(status -> {
            assertThat(status.getData()).isEqualTo(DATA);
            assertThat(status.getMessage()).isEqualTo("m");
        });
    }
}
