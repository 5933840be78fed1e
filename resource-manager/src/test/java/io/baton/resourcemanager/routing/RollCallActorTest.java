package io.baton.resourcemanager.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.registry.record.AdmitAgent;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.SubscribeFramework;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
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

    /** An allocator that has just begun has it done: those who did not move would say something a second later only. */
    @Test
    void oneThatCallsOnceCallsEveryoneAtOnceAndEnds() {
        var kit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
        try {
            var registrar = MemoryRegistrar.alone();
            registrar.commit(Command.newBuilder()
                    .setAdmitAgent(AdmitAgent.newBuilder()
                            .setInfo(AgentInfo.newBuilder().setHostname("h").setId(new AgentId("a").toProto()))));
            registrar.commit(Command.newBuilder()
                    .setSubscribeFramework(SubscribeFramework.newBuilder()
                            .setInfo(FrameworkInfo.newBuilder()
                                    .setUser("u")
                                    .setName("n")
                                    .setId(new FrameworkId("f").toProto()))));
            TestProbe<AgentProtocol> agent = kit.createTestProbe();
            TestProbe<FrameworkProtocol> framework = kit.createTestProbe();
            var neighbours = new Neighbours(
                    id -> agent.getRef(),
                    id -> framework.getRef(),
                    kit.<AllocatorProtocol>createTestProbe().getRef(),
                    kit.<ViewProtocol>createTestProbe().getRef(),
                    new MasterMetrics(new PrometheusRegistry()));

            var caller = kit.spawn(RollCallActor.once(
                    CompletableFuture.completedFuture(registrar), neighbours, Clock.fixed(T0, ZoneOffset.UTC)));

            agent.expectMessage(new AgentProtocol.Wake());
            framework.expectMessage(new FrameworkProtocol.Wake());
            kit.createTestProbe().expectTerminated(caller);
        } finally {
            kit.shutdownTestKit();
        }
    }
}
