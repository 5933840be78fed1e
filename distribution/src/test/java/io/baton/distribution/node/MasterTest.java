package io.baton.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.config.FreePorts;
import io.baton.distribution.config.Configuration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starts of masters as the pages tell them. */
@Timeout(120)
class MasterTest {
    /** Without --advertise: it answers to the name that the list has for it. */
    @Test
    void aMasterWhoseSeedsAreNamesBeginsItsCluster() throws Exception {
        int port = FreePorts.some(1).get(0);
        var configuration = Configuration.load(
                Optional.empty(),
                Map.of(
                        "baton.http.host", "0.0.0.0",
                        "baton.http.port", 0,
                        "baton.node.link-port", 0,
                        "baton.node.cluster-port", port,
                        "baton.node.seeds", List.of("localhost:" + port),
                        "baton.node.join-timeout", "30s"));

        try (var master = Master.start(configuration)) {
            assertThat(master.node().address().http()).startsWith("localhost:");
        }
    }
}
