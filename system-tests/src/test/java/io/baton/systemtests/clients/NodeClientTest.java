package io.baton.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** npm's mesos-framework 0.5.3, which reads one record a chunk and nothing else. */
class NodeClientTest {
    private static final String PACKAGE = "mesos-framework@0.5.3";
    private static final Path SCHEDULER = Path.of("src", "test", "clients", "node", "scheduler.js");

    @Test
    void launchesThreeTasksSeesThemFinishAndTearsItselfDown(@TempDir Path directory) throws Exception {
        assumeTrue(isThere("node") && isThere("npm"), "there is no node or npm here: .ci/run installs nodejs and npm");
        var client = Files.createDirectory(directory.resolve("client"));
        Files.createDirectory(client.resolve("logs")); // the package writes there and does not make it
        Files.copy(SCHEDULER, client.resolve("scheduler.js"));
        try (var cluster = new ClientRun(directory)) {
            assertThat(cluster.run(client, "npm", "install", "--no-audit", "--no-fund", "--prefix", ".", PACKAGE))
                    .as("npm's registry has the package")
                    .endsWith("exit 0");

            var master = cluster.master();
            var said =
                    cluster.run(client, "node", "scheduler.js", master.getHost(), Integer.toString(master.getPort()));

            assertThat(said).contains("subscribed ", "finished 3").endsWith("exit 0");
            assertThat(said.split("TASK_FINISHED", -1)).hasSizeGreaterThanOrEqualTo(4);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(cluster.get("/frameworks")).startsWith("{\"frameworks\":[],"));
        }
    }

    private static boolean isThere(String command) throws InterruptedException {
        try {
            return new ProcessBuilder(command, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notFound) {
            return false;
        }
    }
}
