package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ViewProtocol;
import io.baton.httpapi.States;
import io.baton.v1.master.Call;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AgentPlansTest {
    private static final ActorTestKit KIT = ActorTestKit.create(ConfigFactory.load());
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MANY = 100 * AgentPlans.UNSEEN_PER_SECOND;

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    /** Each question about one makes an owner for it, which stays for a while. */
    @Test
    void ofAgentsThatNobodyHasSeenOnlyAFewCanBeNamedAtATime() throws Exception {
        var view = KIT.spawn(Behaviors.receive(ViewProtocol.class)
                .onMessage(ViewProtocol.GetState.class, m -> {
                    m.replyTo().tell(States.view(States.empty(), List.of()));
                    return Behaviors.same();
                })
                .build());
        var owner = KIT.spawn(Behaviors.receive(AgentProtocol.class)
                .onMessage(AgentProtocol.Deactivate.class, m -> {
                    m.replyTo().tell(CallAnswer.badRequest("there is no such agent"));
                    return Behaviors.same();
                })
                .build());
        var plans = new AgentPlans(
                KIT.system(), agent -> owner, new ReadModel(KIT.system(), view, PATIENCE, Optional::empty), PATIENCE);
        int asked = 0;
        int refused = 0;
        for (int i = 0; i < MANY; i++) {
            var call = Call.newBuilder().setType(Call.Type.DEACTIVATE_AGENT);
            call.getDeactivateAgentBuilder().getAgentIdBuilder().setValue("made-up-" + i);
            int status = plans.answer(call.build())
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .status()
                    .intValue();
            asked += status == 400 ? 1 : 0;
            refused += status == 429 ? 1 : 0;
        }

        assertThat(asked + refused).isEqualTo(MANY);
        assertThat(asked).isGreaterThanOrEqualTo(10 * AgentPlans.UNSEEN_PER_SECOND);
        assertThat(refused).isPositive();
    }
}
