package io.baton.httpapi;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.protocol.RoleSettings;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Notes what it is told, and refuses the roles {@code bad}, {@code big} and {@code late}. */
final class FakeRoles {
    private FakeRoles() {}

    static Behavior<RoleProtocol> create(List<RoleProtocol> asked, AtomicReference<RoleSettings> settings) {
        return Behaviors.receive(RoleProtocol.class)
                .onMessage(RoleProtocol.GetSettings.class, m -> {
                    m.replyTo().tell(settings.get());
                    return Behaviors.same();
                })
                .onMessage(RoleProtocol.UpdateWeights.class, m -> {
                    asked.add(m);
                    m.replyTo().tell(answer(m.weights().get(0).getRole()));
                    return Behaviors.same();
                })
                .onMessage(RoleProtocol.UpdateQuota.class, m -> {
                    asked.add(m);
                    m.replyTo().tell(answer(m.quotas().get(0).getRole()));
                    return Behaviors.same();
                })
                .build();
    }

    private static CallAnswer answer(String role) {
        return switch (role) {
            case "bad" -> CallAnswer.badRequest("role 'bad' will not do");
            case "big" -> CallAnswer.badRequest("all of it exceeds 'cpus:1'" + RoleProtocol.UNLESS_FORCED);
            case "late" -> new CallAnswer(503, "no majority");
            default -> CallAnswer.OK;
        };
    }
}
