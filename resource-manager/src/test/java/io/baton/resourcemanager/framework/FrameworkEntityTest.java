package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.routing.Neighbours;
import io.baton.v1.FrameworkInfo;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FrameworkEntityTest {
    private static final ActorTestKit KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TestProbe<CallAnswer> answers = KIT.createTestProbe(CallAnswer.class);
    private final TestProbe<StreamProtocol> stream = KIT.createTestProbe(StreamProtocol.class);
    private final TestProbe<Object> watcher = KIT.createTestProbe();

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private static ActorRef<FrameworkProtocol> entity(String id, Tombstones tombstones) {
        var neighbours = new Neighbours(
                agent -> KIT.createTestProbe(AgentProtocol.class).ref(),
                framework -> KIT.createTestProbe(FrameworkProtocol.class).ref(),
                KIT.createTestProbe(AllocatorProtocol.class).ref(),
                KIT.createTestProbe(ViewProtocol.class).ref(),
                new MasterMetrics(new PrometheusRegistry()));
        return KIT.spawn(FrameworkEntity.create(new FrameworkId(id), neighbours, tombstones, Clock.systemUTC()));
    }

    private ActorRef<FrameworkProtocol> removed(String id, Tombstones tombstones) {
        var entity = entity(id, tombstones);
        subscribe(entity, id);
        entity.tell(new FrameworkProtocol.Teardown(answers.ref()));
        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(200);
        return entity;
    }

    private void subscribe(ActorRef<FrameworkProtocol> entity, String id) {
        var framework = new FrameworkId(id);
        var info = FrameworkInfo.newBuilder().setUser("u").setName("n").setId(framework.toProto());
        entity.tell(new FrameworkProtocol.Subscribe(
                framework, true, info.build(), List.of(), Optional.empty(), "s", stream.ref()));
    }

    @Test
    void theLongestRemovedIsForgottenWhenThereAreTooMany() {
        var tombstones = new Tombstones(2);
        var first = removed("f1", tombstones);
        var second = removed("f2", tombstones);
        var third = removed("f3", tombstones);

        watcher.expectTerminated(first, PATIENCE);
        for (var kept : List.of(second, third)) {
            kept.tell(new FrameworkProtocol.Teardown(answers.ref()));
            assertThat(answers.receiveMessage(PATIENCE).message()).startsWith("No framework found with ID");
        }
    }

    @Test
    void aSessionThatNobodyEverHadGoes() {
        var asked = entity("nobody", new Tombstones(2));
        asked.tell(new FrameworkProtocol.Teardown(answers.ref()));
        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(400);

        TIME.timePasses(FrameworkEntity.TICK.multipliedBy(FrameworkEntity.IDLE_TICKS));

        watcher.expectTerminated(asked, PATIENCE);
    }

    @Test
    void aSessionInUseStays() {
        var used = entity("used", new Tombstones(2));
        subscribe(used, "used");

        TIME.timePasses(FrameworkEntity.TICK.multipliedBy(2L * FrameworkEntity.IDLE_TICKS));

        used.tell(new FrameworkProtocol.Teardown(answers.ref()));
        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(200);
    }
}
