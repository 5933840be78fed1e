package io.baton.benchmarks.failover;

import static io.baton.v1.TaskState.TASK_DROPPED;
import static io.baton.v1.TaskState.TASK_FAILED;
import static io.baton.v1.TaskState.TASK_FINISHED;
import static io.baton.v1.TaskState.TASK_KILLED;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge finds what is wrong, and only that. */
class HistoryTest {
    private static final int CPU_MILLIS = 1_000;

    @TempDir
    private Path directory;

    private final History history = new History();

    private void launched(String task, int cpuMillis) {
        history.launched(task, "a", cpuMillis);
    }

    private void told(String task, TaskState state) {
        history.updated(TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setState(state)
                .build());
    }

    private History.Verdict judge(String... lines) throws IOException {
        return history.judge(Files.write(directory.resolve("written"), List.of(lines)), CPU_MILLIS);
    }

    @Test
    void whatEndedAsItWasToldIsClean() throws IOException {
        launched("t", 10);
        told("t", TASK_FINISHED);

        assertThat(judge("start t", "end t")).isEqualTo(new History.Verdict(1, 0, 0, 0, 0, ""));
    }

    @Test
    void findsWhatIsLostDoneTwiceUntoldAndTooMuch() throws IOException {
        launched("lost", 10);
        launched("twice", 10);
        told("twice", TASK_FINISHED);
        launched("untold", 10);
        told("untold", TASK_KILLED);
        launched("big", CPU_MILLIS);
        told("big", TASK_FINISHED);

        var verdict =
                judge("start twice", "start twice", "end twice", "start untold", "end untold", "start big", "end big");

        assertThat(verdict.isClean()).isFalse();
        assertThat(verdict.lost()).isOne();
        assertThat(verdict.duplicated()).isOne();
        assertThat(verdict.updatesLost()).isOne();
        assertThat(verdict.overcommitted()).isOne();
    }

    @Test
    void whatEndsWhileItIsKilledMayBeToldAsKilled() throws IOException {
        launched("t", 10);
        history.killed("t");
        told("t", TASK_KILLED);

        assertThat(judge("start t", "end t").isClean()).isTrue();
    }

    @Test
    void whatAFaultHasEndedIsLost() throws IOException {
        launched("t", 10);
        told("t", TASK_FAILED);

        assertThat(judge("start t").lost()).isOne();
    }

    @Test
    void whatNeverBeganHasNotFinished() throws IOException {
        launched("t", 10);
        told("t", TASK_FINISHED);

        assertThat(judge().updatesLost()).isOne();
    }

    @Test
    void whatSomebodyHasKilledOrDroppedBeforeItBeganIsClean() throws IOException {
        launched("killed", 10);
        history.killed("killed");
        told("killed", TASK_KILLED);
        launched("dropped", 10);
        told("dropped", TASK_DROPPED);

        assertThat(judge("start killed").isClean()).isTrue();
    }
}
