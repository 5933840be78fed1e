package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.FrameworkInfo.Capability;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Agents that grow, shrink, come with tasks and go with them: the behaviours of Mesos's allocator tests. */
class AgentChangesTest {
    private final Stage stage = new Stage();

    @Test
    void whatAnAgentHasMoreIsOffered() {
        stage.framework("f", "r").agent("x", "cpus:100 mem:100 disk:100");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:100; disk:100; mem:100");
        stage.agent("x", "cpus:112 mem:100 disk:100");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:12");
    }

    @Test
    void anAgentWithLessThanIsHeldOffersNothingUntilEnoughIsGivenBack() {
        stage.framework("f", "r").agent("x", "cpus:8 mem:100");
        stage.round();
        stage.agent("x", "cpus:4 mem:50");
        assertThat(stage.round()).isEmpty();
        stage.decline("x", "f", Duration.ZERO);
        assertThat(stage.round()).isEqualTo("x>f/r cpus:4; mem:50");
        stage.agent("x", "cpus:8 mem:100");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:4; mem:50");
    }

    @Test
    void whatIsUsedWhenAnAgentComesIsNotOffered() {
        stage.framework("f", "r").agent("x", "cpus:1 mem:100 disk:10").holding("x", "f", "r", "cpus:0.5 mem:50 disk:5");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:0.5; disk:5; mem:50");
    }

    @Test
    void revocableResourcesComeAndGo() {
        stage.framework("f", "r")
                .framework("g", List.of("s"), List.of(), Stage.without(Capability.Type.REVOCABLE_RESOURCES))
                .agent("x", "cpus:1 mem:64")
                .holding("x", "g", "s", "cpus:1 mem:64");
        stage.agent("x", "cpus:1 mem:64 cpus{REV}:2");
        assertThat(stage.round()).isEqualTo("x>f/r cpus{REV}:2");
        stage.decline("x", "f", Duration.ZERO);
        assertThat(stage.round()).as("given back, offered again").isEqualTo("x>f/r cpus{REV}:2");
        stage.decline("x", "f", Duration.ZERO).agent("x", "cpus:1 mem:64");
        assertThat(stage.round()).isEmpty();
    }

    @Test
    void whatWasHeldOnALostAgentCountsNoMore() {
        stage.framework("f1", "r1")
                .framework("f2", "r2")
                .agent("x", "cpus:4 mem:64")
                .agent("y", "cpus:1 mem:64");
        stage.holding("x", "f1", "r1", "cpus:4").holding("y", "f2", "r2", "cpus:1");
        assertThat(stage.order()).isEqualTo("r2 r1");
        stage.gone("x");
        assertThat(stage.order()).isEqualTo("r1 r2");
    }

    @Test
    void reservationsThatAreNoScalarsComeAndGo() {
        stage.framework("f", "r").agent("x", "ports(r):[31000-32000] cpus:1");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:1; ports(r):[31000-32000]");
        stage.agent("x", "cpus:1").agent("x", "ports(r):[31000-32000] cpus:1").gone("x");
        assertThat(stage.allocator.roles.all()).containsOnlyKeys("r");
    }

    @Test
    void reservedResourcesThatAreGivenBackAreOfferedToTheirRoleAgain() {
        stage.framework("f", "r").framework("g", "s").agent("x", "cpus(r):1 mem(r):64 cpus:1 mem:64");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:1; cpus(r):1; mem:64; mem(r):64");
        stage.decline("x", "f", Duration.ZERO);
        assertThat(stage.round()).as("g has nothing").isEqualTo("x>g/s cpus:1; mem:64, x>f/r cpus(r):1; mem(r):64");
    }

    /** Reserved resources count in the share of their role, and are shared by those in it. */
    @Test
    void reservedResourcesAreSharedWithinTheirRole() {
        stage.framework("f1", "r1").framework("f2", "r2").agent("x", "cpus:1 mem:512 cpus(r1):3");
        assertThat(stage.who()).isEqualTo("x>f1");
        stage.agent("y", "cpus:2 mem:512");
        assertThat(stage.who()).isEqualTo("y>f2");
        stage.agent("z", "cpus:1 mem:64");
        assertThat(stage.who()).as("r1 has four cpus").isEqualTo("z>f2");
        stage.framework("f3", "r1").agent("w", "cpus(r1):4");
        assertThat(stage.who()).as("f1 has some of the role already").isEqualTo("w>f3");
    }

    /** What several frameworks do at once ends in what the last event says, whatever was undecided. */
    @Test
    void anAgentThatGoesWithProposalsUndecidedTakesThemWithIt() {
        stage.framework("f1", "r1").framework("f2", "r2").agent("x", "cpus:4 mem:64");
        assertThat(stage.allocator.propose(stage.now)).hasSize(1);
        assertThat(stage.order()).isEqualTo("r2 r1");
        stage.gone("x");
        stage.agent("y", "cpus:4 mem:64");
        assertThat(stage.who()).as("equal again; f1 was served before").isEqualTo("y>f2");
    }
}
