package io.baton.executor.agent;

import static io.baton.executor.agent.BooksProbe.NOW;
import static io.baton.executor.agent.BooksProbe.executor;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.Samples;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Resource;
import io.baton.v1.TaskStatus.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What schedulers are shown of a limit that was exceeded. */
class LimitationTest {
    private final BooksProbe probe = new BooksProbe();

    private void running(String task) {
        var info = Samples.task(task, "sleep 9").addResources(Samples.scalar("disk", 10));
        probe.take(probe.books.run(BooksProbe.framework(), info.build(), true, NOW));
        probe.runs(probe.container(task));
    }

    private void ended(String task, Verdict verdict) {
        probe.take(probe.books.ended(probe.container(task), verdict, NOW));
    }

    private List<Resource> limitation(String task) {
        return probe.latest(task).getLimitation().getResourcesList();
    }

    @Test
    void ofASandboxItsQuota() {
        running("t");
        probe.take(probe.books.diskUsed(probe.container("t"), 20, NOW));
        ended("t", new Verdict.Signaled(15));

        assertThat(probe.latest("t").getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_DISK);
        assertThat(limitation("t")).containsExactly(Samples.scalar("disk", 10));
    }

    @Test
    void ofAVolumeItself() {
        var volume = Samples.volume("eng", "v", "data", 5);
        running("t");
        probe.take(probe.books.volumeExceeded(probe.container("t"), 6, volume, NOW));
        ended("t", new Verdict.Signaled(15));

        assertThat(limitation("t")).containsExactly(volume);
    }

    @Test
    void ofMemoryWhatWasUsedIfAnybodyKnows() {
        running("known");
        running("unknown");
        ended("known", new Verdict.OutOfMemory("hungry", 33 << 20));
        ended("unknown", new Verdict.OutOfMemory("hungry", 0));

        assertThat(limitation("known")).containsExactly(Samples.scalar("mem", 33));
        assertThat(probe.latest("unknown").hasLimitation()).isFalse();
    }

    @Test
    void ofATaskThatEndedByItselfNothing() {
        running("t");
        ended("t", new Verdict.Exited(1));

        assertThat(probe.latest("t").hasLimitation()).isFalse();
    }

    @Test
    void theNextAgentKnowsIt() {
        running("t");
        probe.take(probe.books.diskUsed(probe.container("t"), 20, NOW));
        probe.restart();
        var found = new Supervision.Found.Ended(new Verdict.Signaled(15));
        probe.take(probe.books.recovered(
                probe.books.state().task(BooksProbe.task("t")).orElseThrow(), found, NOW));

        assertThat(limitation("t")).containsExactly(Samples.scalar("disk", 10));
    }

    @Test
    void tasksShareThatOfTheirExecutor() {
        probe.launch(
                executor("e", ExecutorInfo.Type.CUSTOM),
                false,
                true,
                Samples.task("t", "").clearCommand());
        probe.runs(probe.executorsContainer("e"));
        probe.take(probe.books.ended(probe.executorsContainer("e"), new Verdict.OutOfMemory("hungry", 64 << 20), NOW));

        assertThat(probe.latest("t").getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(limitation("t")).containsExactly(Samples.scalar("mem", 64));
    }
}
