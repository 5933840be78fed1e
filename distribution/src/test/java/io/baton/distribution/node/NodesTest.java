package io.baton.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.distribution.config.Configuration;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.junit.jupiter.api.Test;

class NodesTest {
    /** Pekko's own limit of that phase is five seconds. */
    @Test
    void connectionsHaveTheTimeThatIsSet() {
        var system = Nodes.alone(Configuration.load(Optional.empty(), Map.of("baton.node.stop-timeout", "8s")));
        try {
            var phase = CoordinatedShutdown.get(system).timeout(CoordinatedShutdown.PhaseServiceUnbind());

            assertThat(Duration.ofMillis(phase.toMillis())).isEqualTo(Duration.ofSeconds(9));
        } finally {
            system.terminate();
        }
    }
}
