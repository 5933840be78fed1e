package io.baton.executor.agent;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static io.baton.executor.agent.BooksProbe.NOW;
import static io.baton.executor.agent.BooksProbe.executor;
import static io.baton.executor.agent.BooksProbe.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.executor.Samples;
import io.baton.executor.process.Verdict;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.executor.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CountersTest {
    private static final ExecutorInfo CUSTOM = executor("e", ExecutorInfo.Type.CUSTOM);
    private static final ExecutorInfo DEFAULT = executor("d", ExecutorInfo.Type.DEFAULT);

    private final BooksProbe probe = new BooksProbe();

    /** What is not 0 of the numbers whose names begin so. */
    private String shown(String prefix) {
        return probe.books.numbers().entrySet().stream()
                .filter(e -> e.getKey().startsWith("slave/" + prefix) && e.getValue() > 0)
                .map(e -> e.getKey().substring("slave/".length()) + " "
                        + e.getValue().longValue())
                .collect(Collectors.joining(", "));
    }

    private void launch(String task) {
        probe.take(probe.books.run(FRAMEWORK, task(task, "sleep 9").build(), true, NOW));
    }

    private void ended(String task, Verdict verdict) {
        probe.take(probe.books.ended(probe.container(task), verdict, NOW));
    }

    private void subscribe() {
        var agent = AgentInfo.newBuilder().setHostname("h").build();
        var said = Call.Subscribe.getDefaultInstance();
        probe.books.executors().subscribe(key("e"), "s1", said, agent, NOW, new ArrayList<>());
    }

    private void says(String task, TaskState state) {
        var status = TaskStatus.newBuilder()
                .setTaskId(Samples.taskId(task))
                .setState(state)
                .setUuid(ByteString.copyFromUtf8(task + state))
                .build();
        probe.books.executors().updated(key("e"), status, NOW, new ArrayList<>());
    }

    @Test
    void aTaskWithoutAnExecutorIsItsOwn() {
        for (var task : List.of("a", "b", "c")) {
            launch(task);
        }
        assertThat(shown("executors_")).isEqualTo("executors_registering 3");
        probe.runs(probe.container("a"));
        probe.runs(probe.container("b"));
        probe.take(probe.books.kill(BooksProbe.task("b"), Optional.empty(), NOW));
        assertThat(shown("executors_"))
                .isEqualTo("executors_registering 1, executors_running 1, executors_terminating 1");

        ended("b", new Verdict.Signaled(15));
        ended("c", new Verdict.NeverRan("no such program"));

        assertThat(shown("executors_")).isEqualTo("executors_running 1, executors_terminated 2");
        assertThat(shown("tasks_")).isEqualTo("tasks_failed 1, tasks_killed 1, tasks_launched 3, tasks_running 1");
        assertThat(shown("container_")).isEqualTo("container_launch_errors 1");
    }

    @Test
    void aCustomExecutorRunsFromItsFirstSubscription() {
        probe.launch(CUSTOM, false, true, task("a", "").clearCommand());
        probe.runs(probe.executorsContainer("e"));
        assertThat(shown("executors_")).isEqualTo("executors_registering 1");
        subscribe();
        probe.books.executors().disconnected(key("e"), "s1");
        assertThat(shown("executors_")).isEqualTo("executors_running 1");

        probe.take(probe.books.shutdown(key("e"), NOW));
        assertThat(shown("executors_")).isEqualTo("executors_terminating 1");
        probe.take(probe.books.ended(probe.executorsContainer("e"), new Verdict.Signaled(9), NOW));

        assertThat(shown("executors_")).isEqualTo("executors_terminated 1");
    }

    @Test
    void aDefaultExecutorCountsOnceForAllItsTasks() {
        probe.launch(DEFAULT, true, true, task("a", "sleep 9"), task("b", "sleep 9"));
        assertThat(shown("executors_")).isEqualTo("executors_running 1");
        probe.runs(probe.container("a"));
        probe.runs(probe.container("b"));

        ended("a", new Verdict.Exited(0));
        ended("b", new Verdict.Exited(0));
        probe.take(probe.books.tick(NOW));

        assertThat(shown("executors_")).isEqualTo("executors_terminated 1");
    }

    @Test
    void whatExecutorsSayIsValidIfTheyHaveTheTask() {
        probe.launch(CUSTOM, false, true, task("a", "").clearCommand());
        probe.runs(probe.executorsContainer("e"));
        subscribe();

        says("a", TaskState.TASK_RUNNING);
        says("b", TaskState.TASK_RUNNING);

        assertThat(shown("valid_status")).isEqualTo("valid_status_updates 1");
        assertThat(shown("invalid_status")).isEqualTo("invalid_status_updates 1");
    }

    @Test
    void whatFrameworksSayIsValidIfTheExecutorListens() {
        probe.launch(CUSTOM, false, true, task("a", "").clearCommand());
        var data = ByteString.copyFromUtf8("hi");
        probe.books.executors().saidToExecutor(key("e"), data, new ArrayList<>());
        probe.books.executors().saidToExecutor(key("nobody"), data, new ArrayList<>());
        subscribe();
        probe.books.executors().saidToExecutor(key("e"), data, new ArrayList<>());

        assertThat(shown("valid_framework")).isEqualTo("valid_framework_messages 1");
        assertThat(shown("invalid_framework")).isEqualTo("invalid_framework_messages 2");
    }

    @Test
    void aPreemptedTaskTakesItsExecutorAlong() {
        launch("a");
        probe.runs(probe.container("a"));

        probe.take(probe.books.preempt(BooksProbe.task("a"), Optional.empty(), "wanted", NOW));
        probe.take(probe.books.preempt(BooksProbe.task("a"), Optional.empty(), "wanted", NOW));

        assertThat(shown("executors_preempted")).isEqualTo("executors_preempted 1");
    }
}
