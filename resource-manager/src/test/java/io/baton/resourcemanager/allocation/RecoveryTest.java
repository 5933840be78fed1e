package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final AgentId A = new AgentId("a");
    private static final AgentId B = new AgentId("b");
    private static final AgentId C = new AgentId("c");
    private static final Instant END = Instant.parse("2026-01-01T00:01:30Z");

    private final Recovery recovery = new Recovery();

    @Test
    void isOverOnceEachAgentWasHeardOfOrIsNotAdmittedAnyMore() {
        assertThat(recovery.awaited()).isZero();
        recovery.begin(Set.of(A, B), END);

        recovery.heard(A);
        recovery.heard(C);
        assertThat(recovery.awaited()).isEqualTo(1);
        assertThat(recovery.tick(Set.of(A, C), END.minusSeconds(1))).isZero();
        assertThat(recovery.awaited()).as("others are not waited for").isZero();
    }

    @Test
    void waitsNoLongerThanItMay() {
        recovery.begin(Set.of(A, B), END);

        assertThat(recovery.tick(Set.of(A, B), END.minusNanos(1))).isZero();
        assertThat(recovery.awaited()).isEqualTo(2);
        assertThat(recovery.tick(Set.of(A, B), END)).isEqualTo(2);
        assertThat(recovery.awaited()).isZero();
    }

    @Test
    void underANewEpochAllAreWaitedForAgain() {
        recovery.begin(Set.of(A), END);
        recovery.heard(A);
        recovery.begin(Set.of(A, B), END);
        assertThat(recovery.awaited()).isEqualTo(2);
    }
}
