package io.baton.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.cli.terminal.CommandFailure;
import io.baton.core.config.FreePorts;
import io.baton.distribution.config.Configuration;
import io.baton.resourcemanager.registry.VoterFiles;
import io.baton.resourcemanager.registry.VoterGroup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts of masters as the pages tell them. */
@Timeout(120)
class MasterTest {
    @TempDir
    private Path directory;

    /** Without --advertise: it answers to the name that the list has for it. */
    @Test
    void aMasterWhoseSeedsAreNamesBeginsItsCluster() throws Exception {
        int port = FreePorts.some(1).get(0);
        var configuration = Configuration.load(
                Optional.empty(),
                Map.of(
                        "baton.http.host",
                        "0.0.0.0",
                        "baton.http.port",
                        0,
                        "baton.node.link-port",
                        0,
                        "baton.node.cluster-port",
                        port,
                        "baton.node.seeds",
                        List.of("localhost:" + port),
                        "baton.node.join-timeout",
                        "30s"));

        try (var master = Master.start(configuration)) {
            assertThat(master.node().address().http()).startsWith("localhost:");
        }
    }

    @Test
    void aMasterWhoseRegistryCannotBeReadSaysWhatIsWrongWithIt() throws Exception {
        var registry = Files.createFile(directory.resolve("registry"));
        var configuration = Configuration.load(Optional.empty(), settings(directory));

        assertThatThrownBy(() -> Master.start(configuration))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("cannot use '" + registry + "' for the registry: file already exists");
    }

    /** It does not look for others first, which would end with another message, and status 75. */
    @Test
    void aMasterOfSeveralWhoseRegistryCannotBeMadeSaysSo() throws Exception {
        int port = FreePorts.some(1).get(0);
        var settings = settings(Files.createFile(directory.resolve("file")));
        settings.put("baton.node.cluster-port", port);
        settings.put("baton.node.seeds", List.of("127.0.0.1:" + port, "127.0.0.1:1"));
        var configuration = Configuration.load(Optional.empty(), settings);

        assertThatThrownBy(() -> Master.start(configuration))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("file/registry");
    }

    /** Nor does it look for others until its join-timeout is over. */
    @Test
    void aMasterOfSeveralWhoseVoterCannotStartSaysSo() throws Exception {
        int port = FreePorts.some(1).get(0);
        var files = new VoterFiles(directory.resolve("registry"));
        files.join(VoterGroup.of(List.of(files.voter("127.0.0.1-" + port, "127.0.0.1:1"))));
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var settings = settings(directory);
            settings.put("baton.node.cluster-port", port);
            settings.put("baton.node.seeds", List.of("127.0.0.1:" + port, "127.0.0.1:1"));
            settings.put("baton.registry.port", taken.getLocalPort());
            var configuration = Configuration.load(Optional.empty(), settings);

            assertThatThrownBy(() -> Master.start(configuration))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage("port " + taken.getLocalPort() + " (baton.registry.port) is taken: choose another one");
        }
    }

    private static Map<String, Object> settings(Path workDir) {
        return new HashMap<>(Map.of(
                "baton.http.host",
                "127.0.0.1",
                "baton.http.port",
                0,
                "baton.node.link-port",
                0,
                "baton.node.join-timeout",
                "30s",
                "baton.node.work-dir",
                workDir.toString()));
    }
}
