package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostedExecutorsTest {
    private static final FrameworkId F = new FrameworkId("f");
    private static final ExecutorID E = ExecutorID.newBuilder().setValue("e").build();
    private static final ExecutorInfo INFO = ExecutorInfo.newBuilder()
            .setExecutorId(E)
            .setFrameworkId(F.toProto())
            .build();

    private final Balance balance = new Balance();
    private final HostedExecutors executors = new HostedExecutors(balance);

    @Test
    void readersHearOfThemWhenOneComesOrGoes() {
        balance.reset(Resources.scalars(Map.of("cpus", 4.0)));
        assertThat(executors.news()).isEmpty();

        executors.start(F, "*", INFO);
        assertThat(executors.news()).hasValue(new LedgerEffect.Hosts(List.of(INFO)));
        assertThat(executors.news()).isEmpty();

        executors.ended(F, E);
        assertThat(executors.news()).hasValue(new LedgerEffect.Hosts(List.of()));
        executors.ended(F, E);
        assertThat(executors.news()).isEmpty();
    }

    @Test
    void theAgentsOwnListIsNewsUnlessBothAreEmpty() {
        executors.adopt(List.of());
        assertThat(executors.news()).isEmpty();

        executors.adopt(List.of(INFO));
        assertThat(executors.news()).hasValue(new LedgerEffect.Hosts(List.of(INFO)));
        executors.adopt(List.of());
        assertThat(executors.news()).hasValue(new LedgerEffect.Hosts(List.of()));
    }
}
