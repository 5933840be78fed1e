package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.Samples;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.record.Accepted;
import io.baton.executor.sandbox.Volumes;
import io.baton.v1.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskWatchTest {
    @TempDir
    private Path workDir;

    private final Map<Path, Long> quick = new HashMap<>();
    private final Map<Path, Long> patient = new HashMap<>();
    private final List<String> told = new ArrayList<>();

    private TaskEntry entry(String container, Resource... resources) throws IOException {
        return new TaskEntry(Accepted.newBuilder()
                .setFramework(Samples.FRAMEWORK)
                .setTask(Samples.task(container, "true").addAllResources(List.of(resources)))
                .setContainerId(container)
                .setSandbox(place(container).toString())
                .setBootId("b")
                .setAcceptedAt(0)
                .build());
    }

    private Path place(String name) throws IOException {
        return Files.createDirectories(workDir.resolve(name));
    }

    private void measure(Map<TaskEntry, List<Path>> entries) {
        var listener = new DiskWatch.Listener() {
            @Override
            public void diskUsed(String container, long megabytes) {
                told.add(container + " " + megabytes);
            }

            @Override
            public void volumeExceeded(String container, String message) {
                told.add(container + " " + message);
            }
        };
        new DiskWatch(
                        new Volumes(workDir),
                        container -> Optional.empty(),
                        directories -> quick,
                        directories -> {
                            var out = new HashMap<>(patient);
                            out.keySet().retainAll(directories);
                            return out;
                        },
                        listener,
                        Runnable::run)
                .measure(entries);
    }

    @Test
    void whatTakesTooLongIsMeasuredAlone() throws IOException {
        quick.put(place("quick"), 1L);
        patient.put(place("slow"), 2L);

        measure(Map.of(entry("quick"), List.of(), entry("slow"), List.of()));

        assertThat(told).containsExactlyInAnyOrder("quick 1", "slow 2");
    }

    @Test
    void whatIsGoneIsNot() throws IOException {
        var gone = entry("gone");
        Files.delete(place("gone"));
        patient.put(workDir.resolve("gone"), 2L);

        measure(Map.of(gone, List.of()));

        assertThat(told).isEmpty();
    }

    @Test
    void whatNestedContainersHoldCountsForTheOneTheyAreIn() throws IOException {
        quick.put(place("c"), 1L);
        quick.put(place("nested"), 10L);

        measure(Map.of(entry("c"), List.of(place("nested"))));

        assertThat(told).containsExactly("c 11");
    }

    @Test
    void aVolumeIsMeasuredAgainstItsOwnSize() throws IOException {
        var volumes = new Volumes(workDir);
        var full = Samples.volume("eng", "full", "a", 2);
        var fits = Samples.volume("eng", "fits", "b", 3);
        quick.put(place("c"), 1L);
        quick.put(volumes.place(full), 3L);
        quick.put(volumes.place(fits), 3L);

        measure(Map.of(entry("c", full, fits), List.of()));

        assertThat(told).containsExactly("c 1", "c Disk usage (3MB) exceeds quota (2MB)");
    }
}
