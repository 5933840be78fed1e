package io.baton.resourcemanager.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.baton.core.membership.MasterAddress;
import io.baton.core.membership.MembershipProtocol;
import io.baton.core.protocol.ViewProtocol;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MembersActorTest {
    private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config()
            .withFallback(ConfigFactory.parseString("pekko.actor.provider = local"))
            .withFallback(ConfigFactory.load()));
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final MasterAddress HERE = new MasterAddress("a:5050", "a:5051");
    private static final MasterAddress THERE = new MasterAddress("b:5050", "b:5051");

    private final List<List<MasterAddress>> published = new CopyOnWriteArrayList<>();

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void aMasterWhoseFirstWordWasLostIsHeardOfAllTheSame() {
        TestProbe<MembershipProtocol> other = KIT.createTestProbe(MembershipProtocol.class);
        TestProbe<ViewProtocol> view = KIT.createTestProbe(ViewProtocol.class);
        KIT.system().receptionist().tell(Receptionist.register(MembersActor.KEY, other.ref()));
        var actor = KIT.spawn(MembersActor.create(view.ref(), published::add, views -> {}));
        actor.tell(new MembersActor.Listening(HERE));
        other.expectMessageClass(MembershipProtocol.Introduce.class, PATIENCE);

        TIME.timePasses(MembersActor.AGAIN);

        var again = other.expectMessageClass(MembershipProtocol.Introduce.class, PATIENCE);
        assertThat(again.address()).isEqualTo(HERE);
        var there = new MembershipProtocol.Introduce(other.ref(), THERE, view.ref());
        actor.tell(there);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(published).last().isEqualTo(List.of(HERE, THERE)));
        int before = published.size();
        actor.tell(there);
        TIME.timePasses(MembersActor.AGAIN);
        other.expectMessageClass(MembershipProtocol.Introduce.class, PATIENCE);
        assertThat(published).as("what is known is no news").hasSize(before);
        KIT.stop(actor, PATIENCE);
    }
}
