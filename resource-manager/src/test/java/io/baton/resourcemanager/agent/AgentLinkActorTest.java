package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import io.baton.core.id.AgentId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.LinkProtocol;
import io.baton.core.security.AuthenticationConfig;
import io.baton.link.ExecutorEnded;
import io.baton.link.Heartbeat;
import io.baton.link.Register;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.FrameworkID;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AgentLinkActorTest {
    private static final Config CONFIG = ManualTime.config();
    private static final ActorTestKit KIT = ActorTestKit.create(CONFIG);
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final AgentId AGENT = new AgentId("a");

    private final TestProbe<AgentProtocol> entity = KIT.createTestProbe();
    private final FakeSocket socket = new FakeSocket();
    private final ActorRef<AgentLinkActor.Message> link = KIT.spawn(AgentLinkActor.create(
            socket,
            (agent, message) -> entity.getRef().tell(message),
            () -> List.of("m1:5052", "m2:5052"),
            new Registrations(AuthenticationConfig.OFF)));

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private static final class FakeSocket implements AgentLinkActor.Socket {
        private final BlockingQueue<ToAgent> sent = new LinkedBlockingQueue<>();
        private volatile boolean closed;
        private volatile boolean registered;

        @Override
        public boolean send(ToAgent frame) {
            return sent.add(frame);
        }

        @Override
        public void registered() {
            registered = true;
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public String remoteIp() {
            return "10.0.0.1";
        }
    }

    private ActorRef<LinkProtocol> register() {
        return register(1);
    }

    private ActorRef<LinkProtocol> register(long number) {
        var info = AgentInfo.newBuilder()
                .setHostname("h")
                .setId(AgentID.newBuilder().setValue(AGENT.value()));
        link.tell(new AgentLinkActor.Inbound(ToMaster.newBuilder()
                .setRegister(Register.newBuilder()
                        .setAgentInfo(info)
                        .setEpoch(0)
                        .setVersion("1")
                        .setNumber(number))
                .build()));
        return entity.expectMessageClass(AgentProtocol.Register.class).link();
    }

    @Test
    void theAddressThatAnAgentNamesGoesToItsOwner() {
        var info = AgentInfo.newBuilder()
                .setHostname("h")
                .setId(AgentID.newBuilder().setValue(AGENT.value()));
        var register = Register.newBuilder()
                .setAgentInfo(info)
                .setEpoch(0)
                .setVersion("1")
                .setNumber(1);

        link.tell(new AgentLinkActor.Inbound(
                ToMaster.newBuilder().setRegister(register).build()));
        assertThat(entity.expectMessageClass(AgentProtocol.Register.class).ip()).isEqualTo("10.0.0.1");
        link.tell(new AgentLinkActor.Inbound(
                ToMaster.newBuilder().setRegister(register.setIp("10.1.0.5")).build()));
        assertThat(entity.expectMessageClass(AgentProtocol.Register.class).ip()).isEqualTo("10.1.0.5");
    }

    @Test
    void anAgentWhoseOwnerDoesNotAnswerIsAskedToRegisterAgain() throws Exception {
        register();
        for (int i = 1; i <= AgentLinkActor.MOST_QUESTIONS; i++) {
            TIME.timePasses(AgentLinkActor.ASK_AGAIN);
            assertThat(socket.sent.take().hasRegisterAgain()).isTrue();
            register(1 + i);
        }

        TIME.expectNoMessageFor(Duration.ofSeconds(4), entity);
        assertThat(socket.sent).noneMatch(ToAgent::hasRegisterAgain);
    }

    @Test
    void anOwnerThatAnswersIsLeftInPeaceAndTheAgentHearsOfTheMasters() throws Exception {
        var answers = register();
        answers.tell(new LinkProtocol.Owner(entity.getRef()));

        assertThat(socket.sent.take().getMasters().getLinksList()).containsExactly("m1:5052", "m2:5052");
        TIME.expectNoMessageFor(AgentLinkActor.ASK_AGAIN.multipliedBy(3), entity);
        assertThat(socket.sent).isEmpty();
    }

    @Test
    void whenTheOwnerIsGoneTheAgentRegistersAgain() throws Exception {
        TestProbe<AgentProtocol> owner = KIT.createTestProbe();
        register().tell(new LinkProtocol.Owner(owner.getRef()));
        socket.sent.take();

        owner.stop();

        assertThat(socket.sent.take().hasRegisterAgain()).isTrue();
    }

    @Test
    void anOwnerThatStopsSaysSoAtOnceAndIsHeardOnce() throws Exception {
        TestProbe<AgentProtocol> owner = KIT.createTestProbe();
        var answers = register();
        answers.tell(new LinkProtocol.Owner(owner.getRef()));
        socket.sent.take();

        answers.tell(new LinkProtocol.Moved(entity.getRef()));
        answers.tell(new LinkProtocol.Moved(owner.getRef()));
        assertThat(socket.sent.take().hasRegisterAgain()).isTrue();
        owner.stop();
        register(2).tell(new LinkProtocol.Close("so that nothing comes after it"));

        await().until(() -> socket.closed);
        assertThat(socket.sent).noneMatch(ToAgent::hasRegisterAgain);
    }

    /** Its master stops while the agent's registration waits there: the next one is not to wait for half a second. */
    @Test
    void anEntityThatStopsBeforeItHasTakenTheAgentSaysSoAtOnce() throws Exception {
        var answers = register();

        answers.tell(new LinkProtocol.Moved(entity.getRef()));
        assertThat(socket.sent.take().hasRegisterAgain()).isTrue();
        answers.tell(new LinkProtocol.Moved(entity.getRef()));
        TIME.expectNoMessageFor(AgentLinkActor.ASK_AGAIN.multipliedBy(2), entity);

        assertThat(socket.sent).as("the agent is asked once").isEmpty();
    }

    @Test
    void aLinkBeginsWithARegistration() {
        link.tell(new AgentLinkActor.Inbound(ToMaster.newBuilder()
                .setHeartbeat(Heartbeat.getDefaultInstance())
                .build()));
        assertThat(socket.closed).isFalse();

        link.tell(new AgentLinkActor.Inbound(ToMaster.newBuilder()
                .setExecutorEnded(ExecutorEnded.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue("f"))
                        .setExecutorId(ExecutorID.newBuilder().setValue("e")))
                .build()));
        link.tell(new AgentLinkActor.Ended("closed"));

        KIT.createTestProbe().expectTerminated(link, Duration.ofSeconds(20));
        assertThat(socket.closed).isTrue();
        entity.expectNoMessage();
    }

    @Test
    void aLinkOnWhichNobodyRegistersIsClosedWhateverElseComesOnIt() {
        var heartbeat = ToMaster.newBuilder()
                .setHeartbeat(Heartbeat.getDefaultInstance())
                .build();
        for (var left = AgentLinkActor.REGISTRATION; left.toMillis() > 0; left = left.minusSeconds(5)) {
            link.tell(new AgentLinkActor.Inbound(heartbeat));
            assertThat(socket.closed).isFalse();
            TIME.timePasses(Duration.ofSeconds(5));
        }

        await().until(() -> socket.closed);
        assertThat(socket.registered).isFalse();
    }

    @Test
    void oneOnWhichSomebodyHasRegisteredStays() throws Exception {
        register().tell(new LinkProtocol.Owner(entity.getRef()));
        assertThat(socket.sent.take().hasMasters()).isTrue();
        assertThat(socket.registered).isTrue();

        TIME.timePasses(AgentLinkActor.REGISTRATION.multipliedBy(2));

        for (int i = 0; i < 6; i++) {
            assertThat(socket.sent.take().hasHeartbeat()).isTrue();
        }
        assertThat(socket.closed).isFalse();
    }
}
