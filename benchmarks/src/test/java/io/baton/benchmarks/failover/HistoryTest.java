package io.baton.benchmarks.failover;

import static io.baton.v1.TaskState.TASK_DROPPED;
import static io.baton.v1.TaskState.TASK_FAILED;
import static io.baton.v1.TaskState.TASK_FINISHED;
import static io.baton.v1.TaskState.TASK_GONE_BY_OPERATOR;
import static io.baton.v1.TaskState.TASK_KILLED;
import static io.baton.v1.TaskState.TASK_RUNNING;
import static io.baton.v1.TaskState.TASK_STARTING;
import static io.baton.v1.TaskState.TASK_UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** As by a master. */
    private void told(String task, TaskState state) {
        history.updated(status(task, state).build());
    }

    /** As by an agent. */
    private void sent(String task, TaskState state, String uuid) {
        history.updated(
                status(task, state).setUuid(ByteString.copyFromUtf8(uuid)).build());
    }

    private static TaskStatus.Builder status(String task, TaskState state) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setState(state);
    }

    private void finished(String task) {
        sent(task, TASK_RUNNING, task + "-runs");
        sent(task, TASK_FINISHED, task + "-ends");
    }

    private History.Verdict judge(String... lines) throws IOException {
        return history.judge(Files.write(directory.resolve("written"), List.of(lines)), CPU_MILLIS);
    }

    @Test
    void whatEndedAsItWasToldIsClean() throws IOException {
        launched("t", 10);
        finished("t");

        assertThat(judge("start t", "end t")).isEqualTo(new History.Verdict(1, 0, 0, 0, 0, 0, 10, ""));
    }

    @Test
    void findsWhatIsLostDoneTwiceUntoldAndTooMuch() throws IOException {
        launched("lost", 10);
        launched("twice", 10);
        finished("twice");
        launched("untold", 10);
        told("untold", TASK_KILLED);
        launched("big", CPU_MILLIS);
        finished("big");

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

    @Test
    void atTheSizesOfTheTrialsATaskThatRunsTwiceIsTooMuch() throws IOException {
        int cpuMillis = Trials.AGENT_CPU_MILLIS;
        var lines = new ArrayList<String>();
        for (int i = 0; i < cpuMillis / Load.LARGE_CPU_MILLIS; i++) {
            launched("t" + i, Load.LARGE_CPU_MILLIS);
            finished("t" + i);
            lines.add("start t" + i);
        }
        var full = Files.write(directory.resolve("full"), lines);
        lines.add("start t0");
        var over = Files.write(directory.resolve("over"), lines);

        assertThat(history.judge(full, cpuMillis).overcommitted()).isZero();
        assertThat(history.judge(full, cpuMillis).fullest()).isGreaterThan(cpuMillis * 4 / 5);
        assertThat(history.judge(over, cpuMillis).overcommitted()).isOne();
    }

    @Test
    void anUpdateThatIsHandedOverAgainIsAContradiction() throws IOException {
        launched("t", 10);
        finished("t");
        sent("t", TASK_FINISHED, "t-ends");

        assertThat(judge("start t", "end t").contradicted()).isOne();
    }

    @Test
    void anUpdateAfterTheEndIsAContradictionAndTheTaskStaysEnded() throws IOException {
        launched("t", 10);
        finished("t");
        sent("t", TASK_RUNNING, "t-runs-late");

        assertThat(history.running("a")).isZero();
        assertThat(history.open()).isZero();
        assertThat(judge("start t", "end t").contradicted()).isOne();
    }

    @Test
    void anotherEndIsAContradiction() throws IOException {
        launched("t", 10);
        finished("t");
        told("t", TASK_DROPPED);
        launched("u", 10);
        told("u", TASK_DROPPED);
        sent("u", TASK_RUNNING, "u-runs");
        launched("v", 10);
        finished("v");
        sent("v", TASK_FINISHED, "v-ends-again");

        var verdict = judge("start t", "end t", "start v", "end v");
        assertThat(verdict.contradicted()).isEqualTo(3);
        assertThat(verdict.details()).contains("u told TASK_RUNNING after TASK_DROPPED");
    }

    @Test
    void anEarlierStateIsAContradiction() throws IOException {
        launched("t", 10);
        sent("t", TASK_RUNNING, "1");
        sent("t", TASK_STARTING, "2");
        sent("t", TASK_RUNNING, "3");
        sent("t", TASK_FINISHED, "4");

        assertThat(judge("start t", "end t").contradicted()).isOne();
    }

    @Test
    void whatMastersSayOfAnAgentThatIsAwayOrGoneIsNone() throws IOException {
        launched("t", 10);
        sent("t", TASK_RUNNING, "1");
        told("t", TASK_UNREACHABLE);
        told("t", TASK_RUNNING);
        sent("t", TASK_RUNNING, "2");
        sent("t", TASK_FINISHED, "3");
        told("t", TASK_FINISHED);
        told("t", TASK_GONE_BY_OPERATOR);

        assertThat(judge("start t", "end t").isClean()).isTrue();
    }

    @Test
    void anEndWithoutTheUpdateBeforeItIsALoss() throws IOException {
        launched("t", 10);
        sent("t", TASK_FINISHED, "1");

        assertThat(judge("start t", "end t").updatesLost()).isOne();
    }
}
