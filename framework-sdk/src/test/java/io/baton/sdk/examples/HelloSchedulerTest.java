package io.baton.sdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.testkit.FakeAgent;
import io.baton.testkit.FakeMaster;
import io.baton.v1.scheduler.Call;
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

            assertThat(master.count(Call.Type.ACKNOWLEDGE)).isBetween(14, 15);
            assertThat(master.frameworkIds()).isEmpty();
        }
    }
}
