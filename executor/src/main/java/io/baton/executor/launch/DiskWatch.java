package io.baton.executor.launch;

import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.sandbox.Volumes;
import io.baton.v1.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures what containers hold of the disk. On a slow one that may take longer than until it is due again. */
public final class DiskWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    /** Knows how much directories hold. */
    interface Measure {
        /** Those that are not there, or take too long, are missing. */
        Map<Path, Long> megabytes(Collection<Path> directories) throws IOException;
    }

    /** Hears of it, on any thread. */
    public interface Listener {
        /** A container holds so much, its volumes apart. */
        void diskUsed(String container, long megabytes);

        /** A volume of a container holds more than its size. */
        void volumeExceeded(String container, String message);
    }

    /** What is measured of a container: the sandbox is the first of its own. */
    private record Places(TaskEntry entry, List<Path> own, Map<Path, Resource> volumes) {
        private List<Path> all() {
            var out = new ArrayList<>(own);
            out.addAll(volumes.keySet());
            return out;
        }
    }

    private final Volumes volumes;
    private final Function<String, Optional<Path>> written;
    private final Measure quick;
    private final Measure patient;
    private final Listener listener;
    private final Rounds measuring;
    private final Rounds late;

    /**
     * A watch that has measured nothing.
     *
     * @param written where a container writes beside its sandbox, if it does
     * @param quick measures many
     * @param patient measures one that takes long
     */
    DiskWatch(
            Volumes volumes,
            Function<String, Optional<Path>> written,
            Measure quick,
            Measure patient,
            Listener listener,
            Executor executor) {
        this.volumes = volumes;
        this.written = written;
        this.quick = quick;
        this.patient = patient;
        this.listener = listener;
        this.measuring = new Rounds(executor);
        this.late = new Rounds(executor);
    }

    /** Measures these, each with directories that are its own besides, unless it still does. */
    void measure(Map<TaskEntry, List<Path>> entries) {
        if (!entries.isEmpty()) {
            measuring.begin(() -> measureNow(entries));
        }
    }

    private void measureNow(Map<TaskEntry, List<Path>> entries) {
        var places = new ArrayList<Places>();
        entries.forEach((entry, besides) -> places.add(placesOf(entry, besides)));
        try {
            var megabytes = quick.megabytes(
                    places.stream().flatMap(its -> its.all().stream()).toList());
            var slow = new ArrayList<Places>();
            for (var its : places) {
                tell(its, megabytes);
                if (its.all().stream().anyMatch(place -> isLeftOut(place, megabytes))) {
                    slow.add(its);
                }
            }
            if (!slow.isEmpty()) {
                late.begin(() -> slow.forEach(this::measureAlone));
            }
        } catch (IOException impossible) {
            LOG.warn("cannot measure sandboxes: {}", impossible.toString());
        }
    }

    private Places placesOf(TaskEntry entry, List<Path> besides) {
        var own = new ArrayList<>(List.of(entry.sandbox()));
        own.addAll(besides);
        written.apply(entry.container()).ifPresent(own::add);
        var its = new LinkedHashMap<Path, Resource>();
        entry.measuredVolumes().forEach(volume -> its.put(volumes.place(volume), volume));
        return new Places(entry, own, its);
    }

    private static boolean isLeftOut(Path place, Map<Path, Long> megabytes) {
        return !megabytes.containsKey(place) && Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
    }

    private void measureAlone(Places its) {
        LOG.info("what container {} holds takes long to measure", its.entry().container());
        try {
            var megabytes = new HashMap<Path, Long>();
            for (var place : its.all()) {
                megabytes.putAll(patient.megabytes(List.of(place)));
            }
            tell(its, megabytes);
        } catch (IOException impossible) {
            LOG.warn("cannot measure container {}: {}", its.entry().container(), impossible.toString());
        }
    }

    private void tell(Places its, Map<Path, Long> megabytes) {
        var container = its.entry().container();
        if (megabytes.containsKey(its.own().get(0))) {
            listener.diskUsed(
                    container,
                    its.own().stream()
                            .mapToLong(place -> megabytes.getOrDefault(place, 0L))
                            .sum());
        }
        its.volumes().forEach((place, volume) -> {
            long holds = megabytes.getOrDefault(place, 0L);
            long quota = (long) volume.getScalar().getValue();
            if (holds > quota) {
                listener.volumeExceeded(container, TaskEntry.excess(holds, quota));
            }
        });
    }
}
