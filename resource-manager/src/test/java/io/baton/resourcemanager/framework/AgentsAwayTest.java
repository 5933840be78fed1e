package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.registry.record.AdmitAgent;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.v1.AgentInfo;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentsAwayTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final AgentId AGENT = new AgentId("m-S0");

    private final MemoryRegistrar registrar = MemoryRegistrar.alone();

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private void admit() {
        var info = AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto());
        registrar.commit(
                Command.newBuilder().setAdmitAgent(AdmitAgent.newBuilder().setInfo(info)));
    }

    @ParameterizedTest(name = "an agent that is {0}: awaited {1}")
    @CsvSource({
        "admitted, true",
        "there, false",
        "unreachable, false",
        "gone, false",
        "deactivated, true",
        "deactivated and there, false"
    })
    void agentsMayComeBackThatTheRegistryHasAdmitted(String agent, boolean awaited) {
        admit();
        var then = Command.newBuilder();
        switch (agent) {
            case "unreachable" ->
                then.getMarkAgentUnreachableBuilder()
                        .setAgentId(AGENT.toProto())
                        .setIncarnation(registrar.read(
                                state -> state.agents().get(AGENT.value()).getIncarnation()))
                        .setSharePercent(100)
                        .setIntervalMillis(1);
            case "gone" -> then.getMarkAgentGoneBuilder().setAgentId(AGENT.toProto());
            case "deactivated", "deactivated and there" ->
                then.getDeactivateAgentBuilder().setAgentId(AGENT.toProto());
            default -> assertThat(agent).isIn("admitted", "there");
        }
        if (then.getCommandCase() != Command.CommandCase.COMMAND_NOT_SET) {
            registrar.commit(then);
        }
        var connected = agent.endsWith("there") ? Set.of(AGENT) : Set.<AgentId>of();

        assertThat(registrar.<Boolean>read(state -> AgentsAway.isAny(state, connected)))
                .isEqualTo(awaited);
    }

    private void session(
            AgentsAway agents, TestProbe<ViewProtocol> view, TestProbe<FrameworkProtocol> seen, Instant at) {
        KIT.spawn(Behaviors.<FrameworkProtocol>setup(context -> {
            agents.look(context, registrar, view.getRef(), at);
            return Behaviors.receiveMessage(message -> {
                seen.getRef().tell(message);
                return Behaviors.same();
            });
        }));
    }

    @Test
    void theReadModelIsAskedWhoIsThereOnceASecondForAll() {
        admit();
        TestProbe<ViewProtocol> view = KIT.createTestProbe();
        TestProbe<FrameworkProtocol> seen = KIT.createTestProbe();
        var agents = new AgentsAway();
        var now = Instant.parse("2026-01-01T00:00:00Z");
        session(agents, view, seen, now);

        var question = view.expectMessageClass(ViewProtocol.GetConnectedAgents.class);
        session(agents, view, seen, now.plusMillis(500));
        question.replyTo().tell(new ViewProtocol.ConnectedAgents(Set.of()));
        seen.expectMessage(new AgentsAway.Looked(Optional.of(true)));
        seen.expectMessage(new AgentsAway.Looked(Optional.of(true)));

        session(agents, view, seen, now.plus(AgentsAway.FRESH));
        var next = view.expectMessageClass(ViewProtocol.GetConnectedAgents.class);
        next.replyTo().tell(new ViewProtocol.ConnectedAgents(Set.of(AGENT)));
        seen.expectMessage(new AgentsAway.Looked(Optional.of(false)));
        view.expectNoMessage();
    }
}
