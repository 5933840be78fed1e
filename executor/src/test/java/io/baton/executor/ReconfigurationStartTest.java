package io.baton.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.Journal;
import io.baton.executor.record.Identity;
import io.baton.executor.record.Record;
import io.baton.executor.record.Reserved;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that find what one with other settings, or of another version, has left. */
class ReconfigurationStartTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @TempDir
    private Path workDir;

    @AfterAll
    static void stopKit() {
        KIT.shutdownTestKit();
    }

    private void startAndEnd(Map<String, Object> more) throws IOException {
        var settings = new HashMap<String, Object>(Map.of(
                "baton.agent.work-dir", workDir.toString(),
                "baton.agent.hostname", "host-1",
                "baton.agent.ip", "127.0.0.1",
                "baton.agent.oci.runtime", "none",
                "baton.agent.resources", "cpus:4;mem:1000"));
        settings.putAll(more);
        var config = AgentConfig.from(ConfigFactory.parseMap(settings));
        Agent.start(
                        KIT.system(),
                        config,
                        new Agent.Ports("1.2.3", 5051, () -> new CompletableFuture<List<String>>(), reason -> {}))
                .terminate()
                .toCompletableFuture()
                .join();
    }

    @Test
    void nothingMayChangeUnlessThePolicySaysSo() throws IOException {
        startAndEnd(Map.of());
        startAndEnd(Map.of());
        var more = Map.<String, Object>of("baton.agent.resources", "cpus:5;mem:1000");

        assertThatThrownBy(() -> startAndEnd(more))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cpus:4")
                .hasMessageContaining("reconfiguration-policy = equal");
        startAndEnd(Map.of());
        var additive = new HashMap<>(more);
        additive.put("baton.agent.reconfiguration-policy", "additive");
        startAndEnd(additive);
        // From here on that is how it was.
        assertThatThrownBy(() -> startAndEnd(Map.of())).hasMessageContaining("cpus:5");
        startAndEnd(more);
    }

    @Test
    void afterARestartOfTheHostAnythingMay() throws IOException {
        startAndEnd(Map.of());
        var proc = Files.createDirectory(workDir.resolve("proc"));
        Files.createSymbolicLink(proc.resolve("self"), Path.of("/proc/self"));
        Files.createSymbolicLink(proc.resolve("meminfo"), Path.of("/proc/meminfo"));
        Files.writeString(
                Files.createDirectories(proc.resolve("sys/kernel/random")).resolve("boot_id"), "another-boot\n");

        startAndEnd(Map.of("baton.agent.proc", proc.toString(), "baton.agent.resources", "cpus:1;mem:500"));
    }

    /** More than the disk of any host that runs tests. */
    private static Resource reservedDisk() {
        return Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(1e12))
                .addReservations(Resource.ReservationInfo.newBuilder()
                        .setType(Resource.ReservationInfo.Type.DYNAMIC)
                        .setRole("eng"))
                .build();
    }

    @Test
    void aDetectedDiskThatIsSmallerThanWhatIsReservedDoesNotKeepTheAgentFromStarting() throws IOException {
        var file = workDir.resolve("meta").resolve("journal");
        try (var journal = Journal.open(file).journal()) {
            journal.append(List.of(Record.newBuilder()
                    .setReserved(
                            Reserved.newBuilder().addReserved(reservedDisk()).addKnown("k"))
                    .build()));
        }

        startAndEnd(Map.of());
        assertThatThrownBy(() -> startAndEnd(Map.of(
                        "baton.agent.resources", "cpus:4;mem:1000;disk:1000",
                        "baton.agent.reconfiguration-policy", "additive")))
                .hasMessageContaining("give it at least that much");
    }

    @Test
    void whatANewerVersionWroteIsNotTouched() throws IOException {
        var file = Files.createDirectories(workDir.resolve("meta")).resolve("journal");
        try (var journal = Journal.open(file).journal()) {
            journal.append(List.of(Record.newBuilder()
                    .setIdentity(Identity.newBuilder().setEpoch(1).setLayout(AgentState.LAYOUT + 1))
                    .build()));
        }
        var before = Files.readAllBytes(file);

        assertThatThrownBy(() -> startAndEnd(Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toRealPath().toString())
                .hasMessageContaining("in layout 2")
                .hasMessageContaining("--recover=cleanup");

        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        startAndEnd(Map.of("baton.agent.recover", "cleanup"));
    }
}
