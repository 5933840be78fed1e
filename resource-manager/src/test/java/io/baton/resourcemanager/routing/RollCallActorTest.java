package io.baton.resourcemanager.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.v1.AgentInfo;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollCallActorTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest(name = "{0} for {1} s: {2}")
    @CsvSource({
        "ADMITTED, 100000, true",
        "UNREACHABLE, 599, true",
        "GONE, 599, true",
        "UNREACHABLE, 600, false",
        "GONE, 600, false"
    })
    void callsAgentsThatAreThereOrWereMarkedLately(State state, long seconds, boolean called) {
        var entry = AgentEntry.newBuilder()
                .setInfo(AgentInfo.newBuilder().setHostname("h"))
                .setState(state)
                .setSince(T0.toEpochMilli())
                .setIncarnation(1)
                .setChanged(1)
                .build();

        assertThat(RollCallActor.isCalled(entry, T0.plusSeconds(seconds))).isEqualTo(called);
    }
}
