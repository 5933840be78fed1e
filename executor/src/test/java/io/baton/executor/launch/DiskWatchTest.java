package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.Samples;
import io.baton.executor.checkpoint.DiskClaim;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.record.Accepted;
import io.baton.executor.sandbox.Volumes;
import io.baton.executor.task.Limit;
import io.baton.v1.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskWatchTest {
    @TempDir
    private Path workDir;

    private final Map<Path, Long> quick = new HashMap<>();
    private final Map<Path, Long> patient = new HashMap<>();
    private final List<String> told = new ArrayList<>();
    private final List<Set<Path>> asked = new ArrayList<>();
    private final List<Path> alone = new ArrayList<>();
    private final List<CompletableFuture<?>> ends = new ArrayList<>();
    private final ArrayDeque<Runnable> threads = new ArrayDeque<>();
    private Runnable meanwhile = () -> {};
    private DiskWatch watch;

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

    @BeforeEach
    void open() {
        var listener = new DiskWatch.Listener() {
            @Override
            public void diskUsed(String container, long megabytes) {
                told.add(container + " " + megabytes);
            }

            @Override
            public void volumeExceeded(String container, long megabytes, Resource volume) {
                told.add(container + " " + Limit.ofVolume(megabytes, volume).message());
            }
        };
        watch = new DiskWatch(
                new Volumes(workDir),
                container -> Optional.empty(),
                directories -> {
                    asked.add(Set.copyOf(directories));
                    return of(quick, directories);
                },
                (directories, enough) -> {
                    alone.add(directories.iterator().next());
                    ends.add(enough);
                    meanwhile.run();
                    return of(patient, directories);
                },
                listener,
                threads::add);
    }

    private static Map<Path, Long> of(Map<Path, Long> known, Collection<Path> directories) {
        var out = new HashMap<>(known);
        out.keySet().retainAll(directories);
        return out;
    }

    private void measure(Map<TaskEntry, List<Path>> entries) {
        var claims = new LinkedHashMap<TaskEntry, DiskClaim>();
        entries.forEach((entry, besides) -> claims.put(entry, entry.disk().with(besides)));
        watch.measure(claims);
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    @Test
    void whatTakesTooLongIsMeasuredAlone() throws IOException {
        quick.put(place("quick"), 1L);
        patient.put(place("slow"), 2L);

        measure(Map.of(entry("quick"), List.of(), entry("slow"), List.of()));

        assertThat(told).containsExactlyInAnyOrder("quick 1", "slow 2");
    }

    @Test
    void meanwhileTheOthersAreMeasuredWithoutIt() throws IOException {
        patient.put(place("slow"), 2L);
        place("behind");
        var both = new LinkedHashMap<TaskEntry, List<Path>>();
        both.put(entry("slow"), List.of());
        both.put(entry("behind"), List.of());
        meanwhile = () -> {
            quick.put(workDir.resolve("behind"), 1L);
            measure(both);
        };

        measure(both);

        assertThat(told).containsExactly("behind 1", "slow 2");
        assertThat(asked).hasSize(2).last().isEqualTo(Set.of(place("behind")));
        assertThat(alone).as("what was only behind it need not be").containsExactly(place("slow"));
    }

    @Test
    void anotherSlowOneHasItsTurnNext() throws IOException {
        patient.put(place("a"), 1L);
        patient.put(place("b"), 2L);
        var both = Map.of(entry("a"), List.<Path>of(), entry("b"), List.<Path>of());
        meanwhile = () -> {
            if (alone.size() < 3) {
                measure(both);
            }
        };

        measure(both);

        assertThat(told.subList(0, 2)).containsExactlyInAnyOrder("a 1", "b 2");
    }

    @Test
    void ofOneThatIsOverNothingIsMeasuredAnyMore() throws IOException {
        patient.put(place("a"), 1L);
        patient.put(place("b"), 2L);
        meanwhile = () -> measure(Map.of());

        measure(Map.of(entry("a"), List.of(), entry("b"), List.of()));

        assertThat(told).isEmpty();
        assertThat(alone).hasSize(1);
        assertThat(ends).singleElement().satisfies(end -> assertThat(end).isDone());
    }

    @Test
    void itEndsWithTheAgent() throws IOException {
        patient.put(place("slow"), 2L);
        meanwhile = watch::close;

        measure(Map.of(entry("slow"), List.of()));

        assertThat(told).isEmpty();
        assertThat(ends).singleElement().satisfies(end -> assertThat(end).isDone());
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

    @Test
    void theVolumesOfTasksAreMeasuredForTheirExecutor() throws IOException {
        var volume = Samples.volume("eng", "full", "a", 2);
        quick.put(place("c"), 1L);
        quick.put(new Volumes(workDir).place(volume), 3L);

        watch.measure(Map.of(entry("c"), DiskClaim.of(List.of(volume))));
        threads.remove().run();

        assertThat(told).containsExactly("c 1", "c Disk usage (3MB) exceeds quota (2MB)");
    }
}
