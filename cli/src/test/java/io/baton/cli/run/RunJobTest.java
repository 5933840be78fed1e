package io.baton.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.cli.cluster.Login;
import io.baton.cli.terminal.Terminal;
import io.baton.sdk.Framework;
import io.baton.sdk.offer.Shape;
import io.baton.testkit.FakeAgent;
import io.baton.testkit.FakeMaster;
import io.baton.testkit.Outcome;
import io.baton.v1.TaskState;
import io.baton.v1.scheduler.Call;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The scheduler of {@code baton run} on a master in memory; there are no agents to read output from. */
@Timeout(60)
class RunJobTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);

    @Test
    void endsWithZeroWhenAllInstancesHaveFinished() throws Exception {
        assertThat(ended(3, Outcome.finishes())).isZero();
    }

    @Test
    void endsWithTheStatusOfATaskThatFailed() throws Exception {
        assertThat(ended(1, Outcome.fails("Command exited with status 7"))).isEqualTo(7);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("FAILED: Command exited with status 7");
    }

    @Test
    void triesADroppedTaskAgainButNotForEver() throws Exception {
        assertThat(ended(1, Outcome.of(TaskState.TASK_DROPPED))).isEqualTo(1);
    }

    @Test
    void killsItsTasksWhenItIsStopped() throws Exception {
        try (var master = FakeMaster.start()) {
            master.addAgent(FakeAgent.on("host-1").cpus(4));
            master.outcomes(task -> Outcome.runs());
            var job = job(2);
            try (var framework = start(master, job)) {
                master.awaitCalls(Call.Type.ACKNOWLEDGE, 4, Duration.ofSeconds(20));
                job.stop(framework);

                assertThat(job.ended().get(20, TimeUnit.SECONDS)).isEqualTo(143);
            }
        }
    }

    private int ended(int instances, Outcome outcome) throws Exception {
        try (var master = FakeMaster.start()) {
            master.addAgent(FakeAgent.on("host-1").cpus(4));
            master.outcomes(task -> outcome);
            var job = job(instances);
            try (var framework = start(master, job)) {
                return job.ended().get(30, TimeUnit.SECONDS);
            }
        }
    }

    private RunJob job(int instances) {
        var spec = new JobSpec("t", List.of("true"), Shape.cpus(0.5), instances, new TreeMap<>(), "");
        return new RunJob(spec, "abc", terminal, Login.NONE);
    }

    private static Framework start(FakeMaster master, RunJob job) {
        return Framework.builder().masters(master.url()).name("run").start(job);
    }
}
