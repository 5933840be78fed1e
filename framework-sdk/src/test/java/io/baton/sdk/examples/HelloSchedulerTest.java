package io.baton.sdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.testkit.FakeAgent;
import io.baton.testkit.FakeMaster;
import io.baton.testkit.Outcome;
import io.baton.v1.scheduler.Call;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HelloSchedulerTest {

    @Test
    void runsFiveCommandsAndTearsItselfDown() {
        try (var master = FakeMaster.start()) {
            master.addAgent(FakeAgent.on("host-1").cpus(0.2));
            master.addAgent(FakeAgent.on("host-2").cpus(1));

            HelloScheduler.main(master.url());

            var launched = master.calls(Call.Type.ACCEPT).stream()
                    .flatMap(received -> received.call().getAccept().getOperationsList().stream())
                    .mapToInt(operation -> operation.getLaunch().getTaskInfosCount())
                    .sum();
            assertThat(launched).isEqualTo(5);
            assertThat(master.count(Call.Type.TEARDOWN)).isEqualTo(1);
            assertThat(master.frameworkIds()).isEmpty();
        }
    }

    @Test
    void endsAndSaysWhyWhenItsCommandsFail() {
        var usual = System.out;
        var out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try (var master = FakeMaster.start()) {
            master.outcomes(task -> Outcome.fails("no such user"));
            master.addAgent(FakeAgent.on("host-1").cpus(1));

            HelloScheduler.main(master.url());

            assertThat(out.toString(StandardCharsets.UTF_8)).contains("hello-5 is TASK_FAILED no such user");
            assertThat(master.frameworkIds()).isEmpty();
        } finally {
            System.setOut(usual);
        }
    }
}
