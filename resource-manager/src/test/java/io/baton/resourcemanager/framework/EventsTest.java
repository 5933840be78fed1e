package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.link.ExecutorEnded;
import io.baton.v1.ExecutorID;
import io.baton.v1.scheduler.Event;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsTest {
    @ParameterizedTest
    @CsvSource({"256, 256", "0, 0", ", -1"})
    void theEndOfAnExecutorAlwaysHasAStatus(Integer told, int shown) {
        var executor = ExecutorID.newBuilder().setValue("e").build();
        var ended = ExecutorEnded.newBuilder()
                .setFrameworkId(SessionFixture.F.toProto())
                .setExecutorId(executor);
        if (told != null) {
            ended.setStatus(told);
        }

        assertThat(Events.executorFailure(SessionFixture.AGENT, ended.build()).getFailure())
                .isEqualTo(Event.Failure.newBuilder()
                        .setAgentId(SessionFixture.AGENT.toProto())
                        .setExecutorId(executor)
                        .setStatus(shown)
                        .build());
    }
}
