package io.baton.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.cli.terminal.CommandFailure;
import io.baton.core.config.FreePorts;
import io.baton.distribution.config.Configuration;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The start of an agent: masters first, but not for ever. */
@Timeout(60)
class AgentNodeTest {
    @TempDir
    private Path directory;

    private Configuration settings(int port) throws IOException {
        return SmallAgent.settings(List.of("127.0.0.1:" + FreePorts.some(1).get(0)), port, directory);
    }

    @Test
    void servesAlsoWhileNoMasterAnswers() throws IOException {
        int port = FreePorts.some(1).get(0);
        try (var agent = AgentNode.start(settings(port), warning -> {})) {
            var health = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/health").toURL().openConnection();

            assertThat(health.getResponseCode()).isEqualTo(200);
            assertThat(agent.node().address()).isEqualTo("127.0.0.1:" + port);
        }
    }

    @Test
    void findsAPortThatIsTakenBeforeAnyMasterHearsOfIt() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> AgentNode.start(settings(taken.getLocalPort()), warning -> {}))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " is taken");
        }
        assertThat(directory.resolve("meta/journal")).doesNotExist();
    }
}
