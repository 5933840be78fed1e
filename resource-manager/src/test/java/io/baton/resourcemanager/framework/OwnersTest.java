package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import org.junit.jupiter.api.Test;

class OwnersTest {
    private static final AgentId AGENT = new AgentId("a");

    private final Owners owners = new Owners();

    @Test
    void ofAnAgentThatIsLostOnlyItsLastOwnerIsRemembered() {
        owners.speaks(AGENT, 7);
        owners.hears(AGENT, 3);

        owners.lost(AGENT);

        assertThat(owners.size()).isEqualTo(1);
        assertThat(owners.hears(AGENT, 1)).as("it comes back with any number").isTrue();
        assertThat(owners.speaks(AGENT, 6)).as("the owner before").isFalse();
        assertThat(owners.speaks(AGENT, 7)).isTrue();
        assertThat(owners.speaks(AGENT, 6)).isFalse();
        assertThat(owners.size()).isEqualTo(2);
    }

    @Test
    void agentsThatAreLostOneAfterTheOtherDoNotAddUp() {
        for (int i = 0; i < 3 * Owners.MOST_LOST; i++) {
            var agent = new AgentId("a" + i);
            owners.speaks(agent, 1 + i);
            owners.hears(agent, 1);
            owners.lost(agent);
        }

        assertThat(owners.size()).isEqualTo(Owners.MOST_LOST);
        assertThat(owners.speaks(new AgentId("a" + (3 * Owners.MOST_LOST - 1)), 1))
                .isFalse();
    }

    @Test
    void anAgentOfWhichNobodyHasSpokenLeavesNothing() {
        owners.hears(AGENT, 3);

        owners.lost(AGENT);

        assertThat(owners.size()).isZero();
    }
}
