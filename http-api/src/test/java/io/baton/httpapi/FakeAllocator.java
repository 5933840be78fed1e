package io.baton.httpapi;

import io.baton.core.protocol.AllocatorProtocol;
import io.baton.v1.explain.Explanation;
import io.baton.v1.explain.Hindrance;
import io.baton.v1.explain.Obstacle;
import io.baton.v1.explain.Verdict;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Notes what it is told, and finds one agent too small. */
final class FakeAllocator {
    private FakeAllocator() {}

    static Behavior<AllocatorProtocol> create(List<AllocatorProtocol> asked) {
        return Behaviors.receive(AllocatorProtocol.class)
                .onMessage(AllocatorProtocol.Explain.class, m -> {
                    asked.add(m);
                    m.replyTo().tell(new AllocatorProtocol.Explained(explanation(m.role())));
                    return Behaviors.same();
                })
                .build();
    }

    private static Explanation explanation(String role) {
        return Explanation.newBuilder()
                .setFitting(0)
                .addVerdicts(Verdict.newBuilder()
                        .setAgentId("A")
                        .setHostname("h")
                        .setRole(role)
                        .setFits(false)
                        .addObstacles(Obstacle.newBuilder()
                                .setKind(Hindrance.TOO_SMALL)
                                .setText("cpus: 4 wanted, the agent has 2")))
                .build();
    }
}
