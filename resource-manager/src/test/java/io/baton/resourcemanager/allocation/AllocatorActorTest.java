package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.protocol.RoleSettings;
import io.baton.core.resource.Resources;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.ownership.RegistryAuthority;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AllocatorActorTest {
    private static final ActorTestKit KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Resources CPUS = Resources.scalars(Map.of("cpus", 4.0, "mem", 1024.0));

    private final TestProbe<AgentProtocol> agents = KIT.createTestProbe(AgentProtocol.class);
    private final TestProbe<RoleProtocol> roles = KIT.createTestProbe(RoleProtocol.class);
    private final MemoryRegistrar registrar = MemoryRegistrar.alone();

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private static AllocatorProtocol agent(String id) {
        return new AllocatorProtocol.AgentChanged(
                new AgentId(id), AgentInfo.newBuilder().setHostname("h").build(), CPUS, CPUS, List.of(), 0);
    }

    @Test
    void withoutAMajorityItWaitsAndGoesOnUnderTheSameEpoch() {
        var metrics = new MasterMetrics(new PrometheusRegistry());
        var authority = new RegistryAuthority(CompletableFuture.completedFuture(registrar), a -> "s", metrics);
        var allocator = KIT.spawn(AllocatorActor.create(
                AllocationRules.DEFAULT,
                (id, message) -> agents.ref().tell(message),
                Clock.systemUTC(),
                metrics,
                authority,
                roles.ref()));
        roles.receiveMessage(PATIENCE);
        allocator.tell(new AllocatorProtocol.RolesSet(RoleSettings.NONE));
        allocator.tell(new AllocatorProtocol.FrameworkChanged(
                new FrameworkId("f"),
                FrameworkInfo.newBuilder()
                        .setUser("u")
                        .setName("f")
                        .addRoles("*")
                        .build(),
                List.of("*"),
                List.of(),
                Optional.empty()));
        allocator.tell(agent("S1"));
        TIME.timePasses(AllocatorActor.BATCH);
        var first = agents.expectMessageClass(AgentProtocol.Propose.class, PATIENCE);

        registrar.available(false);
        TIME.timePasses(AllocatorActor.BATCH);
        allocator.tell(agent("S2"));
        TIME.expectNoMessageFor(AllocatorActor.BATCH.multipliedBy(2), agents);

        registrar.available(true);
        TIME.timePasses(AllocatorActor.BATCH);
        TIME.timePasses(AllocatorActor.BATCH);
        var second = agents.expectMessageClass(AgentProtocol.Propose.class, PATIENCE);
        assertThat(second.allocator()).isEqualTo(first.allocator());
        assertThat(second.number()).isGreaterThan(first.number());
    }
}
