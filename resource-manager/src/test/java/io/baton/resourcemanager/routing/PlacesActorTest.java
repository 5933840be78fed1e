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
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.SubscribeFramework;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;

class PlacesActorTest {
    private static final String CLUSTER = "pekko.actor.provider = cluster, pekko.remote.artery.canonical.port = 0,"
            + " pekko.remote.artery.canonical.hostname = 127.0.0.1";

    private final BlockingQueue<String> called = new LinkedBlockingQueue<>();

    /** Of each shard one is enough: its place is then known for all of them. */
    @Test
    void whenAnotherMasterLeavesOneEntityOfEachShardIsCalled() throws Exception {
        var kit =
                ActorTestKit.create("places", ConfigFactory.parseString(CLUSTER).withFallback(ConfigFactory.load()));
        try {
            var registrar = MemoryRegistrar.alone();
            for (var id : List.of("a1", "a2", "b1")) {
                registrar.commit(Command.newBuilder()
                        .setAdmitAgent(AdmitAgent.newBuilder()
                                .setInfo(AgentInfo.newBuilder().setHostname("h").setId(new AgentId(id).toProto()))));
            }
            registrar.commit(Command.newBuilder()
                    .setSubscribeFramework(SubscribeFramework.newBuilder()
                            .setInfo(FrameworkInfo.newBuilder()
                                    .setUser("u")
                                    .setName("n")
                                    .setId(new FrameworkId("f1").toProto()))));
            TestProbe<AgentProtocol> agents = kit.createTestProbe();
            TestProbe<FrameworkProtocol> frameworks = kit.createTestProbe();
            var neighbours = new Neighbours(
                    id -> noted(id.value(), agents),
                    id -> noted(id.value(), frameworks),
                    kit.<AllocatorProtocol>createTestProbe().getRef(),
                    kit.<ViewProtocol>createTestProbe().getRef(),
                    new MasterMetrics(new PrometheusRegistry()));
            var actor = kit.spawn(PlacesActor.create(
                    CompletableFuture.completedFuture(registrar),
                    neighbours,
                    id -> id.substring(0, 1),
                    id -> id.substring(0, 1)));

            actor.tell(PlacesActor.Leaves.THIS);
            actor.tell(PlacesActor.Leaves.ANOTHER);

            assertThat(List.of(next(), next(), next())).containsExactlyInAnyOrder("a1", "b1", "f1");
            agents.expectMessage(new AgentProtocol.Wake());
            frameworks.expectMessage(new FrameworkProtocol.Wake());
            assertThat(called).isEmpty();
        } finally {
            kit.shutdownTestKit();
        }
    }

    private String next() throws InterruptedException {
        return called.poll(20, TimeUnit.SECONDS);
    }

    private <M> org.apache.pekko.actor.typed.RecipientRef<M> noted(String id, TestProbe<M> probe) {
        called.add(id);
        return probe.getRef();
    }
}
